import { actionsOf, asLines, exchangesOf, type Frame, passes, together } from "./frames";

let second = 0;
const frame = (direction: "in" | "out", content: unknown): Frame => ({
  at: new Date(Date.UTC(2026, 10, 29, 8, 0, second++)).toISOString(),
  direction,
  frame: typeof content === "string" ? content : JSON.stringify(content),
});
const newestFirst = (...frames: Frame[]) => [...frames].reverse();
const ANY = { action: null, direction: "" as const, onlyErrors: false, words: "" };

test("a CALL has its answer, which goes the other way, and how long that took", () => {
  const [one, ...others] = exchangesOf(
    newestFirst(frame("in", [2, "1", "Heartbeat", {}]), frame("out", [3, "1", { currentTime: "now" }])),
  );
  expect(others).toEqual([]);
  expect(one).toMatchObject({ action: "Heartbeat", direction: "in", isError: false, latency_ms: 1000 });
});

test("an answer that seems to have come a moment before its CALL is its answer", () => {
  const call = frame("in", [2, "1", "MakeCoffee", {}]);
  const answer = frame("out", [4, "1", "NotImplemented", "", {}]);
  answer.at = new Date(Date.parse(call.at) - 1).toISOString();
  const [one, ...others] = exchangesOf([call, answer]);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ action: "MakeCoffee", isError: true, latency_ms: 0 });
});

test("both sides may use the same id at the same time", () => {
  const found = exchangesOf(
    newestFirst(
      frame("in", [2, "7", "Heartbeat", {}]),
      frame("out", [2, "7", "Reset", { type: "Soft" }]),
      frame("in", [3, "7", { status: "Accepted" }]),
      frame("out", [3, "7", {}]),
    ),
  );
  expect(found.map(({ action, latency_ms }) => [action, latency_ms])).toEqual([
    ["Reset", 1000],
    ["Heartbeat", 3000],
  ]);
});

test("an id that comes again after a boot is another exchange", () => {
  const found = exchangesOf(
    newestFirst(
      frame("in", [2, "1", "BootNotification", {}]),
      frame("out", [3, "1", {}]),
      frame("in", [2, "1", "Heartbeat", {}]),
      frame("out", [4, "1", "InternalError", "", {}]),
    ),
  );
  expect(found.map(({ action, isError }) => [action, isError])).toEqual([
    ["Heartbeat", true],
    ["BootNotification", false],
  ]);
});

test("what is no frame, and an answer to nothing, stand there as errors and as what they are", () => {
  const found = exchangesOf(newestFirst(frame("in", "nonsense"), frame("in", [3, "99", {}])));
  expect(found.map(({ kind, isError, call }) => [kind, isError, call])).toEqual([
    ["result", false, null],
    ["broken", true, null],
  ]);
});

test("exchanges are filtered by action, direction, errors and words in either frame", () => {
  const found = exchangesOf(
    newestFirst(
      frame("in", [2, "1", "Authorize", { idTag: "CARD-1" }]),
      frame("out", [3, "1", { idTagInfo: { status: "Blocked" } }]),
      frame("out", [2, "2", "Reset", {}]),
      frame("in", [4, "2", "NotSupported", "", {}]),
    ),
  );
  const actions = (filter: Partial<typeof ANY>) =>
    found.filter((one) => passes(one, { ...ANY, ...filter })).map(({ action }) => action);
  expect(actions({ words: "blocked" })).toEqual(["Authorize"]);
  expect(found.filter((one) => passes(one, { ...ANY, action: "Reset" }))).toHaveLength(1);
  expect(found.filter((one) => passes(one, { ...ANY, direction: "out" }))).toHaveLength(1);
  expect(actions({ onlyErrors: true })).toEqual(["Reset"]);
  expect(actionsOf(found)).toEqual(["Authorize", "Reset"]);
});

test("a frame that came live and stands in the log is there once", () => {
  const one = { ...frame("in", [2, "1", "Heartbeat", {}]), id: 5 };
  const next = frame("out", [3, "1", {}]);
  const all = together([one], [next, { at: one.at, direction: one.direction, frame: one.frame }]);
  expect(all).toEqual([next, one]);
  expect(
    asLines(all)
      .split("\n")
      .map((line) => JSON.parse(line).direction),
  ).toEqual(["in", "out"]);
});
