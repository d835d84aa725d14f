import { failuresOf, progressOf } from "./bulk";

test("what went well stands first, then what did not, then what is under way", () => {
  const { words, done, failed } = progressOf({
    total: 10,
    counts: { waiting: 2, offline: 3, accepted: 4, timed_out: 1 },
  });
  expect(words).toBe("4 accepted, 3 offline, 1 did not answer in time, 2 waiting for their turn");
  expect(done).toBeCloseTo(0.8);
  expect(failed).toBe(4);
});

test("a state of a newer server is named as it is", () => {
  expect(progressOf({ total: 1, counts: { postponed: 1 } }).words).toBe("1 postponed");
});

test("those who accepted and those whose turn has not come have not failed", () => {
  const item = (charge_point: string, state: string) => ({ charge_point, state, problem: null, error: null });
  const items = [item("A", "accepted"), item("B", "waiting"), item("C", "rejected")];
  const command = { id: 1, action: "Reset", state: "running" as const, total: 3, counts: {}, items };
  expect(failuresOf(command).map(({ charge_point }) => charge_point)).toEqual(["C"]);
});
