// The search of the list: every word, in whatever describes a charge point.
import { matches } from "./rows";
import type { ChargePoint } from "./shapes";

const row = (rest: Partial<ChargePoint>) => ({
  chargePoint: { identifier: "CP-1", connectors: [], connected: true, ...rest } as unknown as ChargePoint,
  running: undefined,
});

test("a charge point is found by its site and by its state together", () => {
  expect(matches(row({ site: "Car park north" }), "north connected")).toBe(true);
  expect(matches(row({ site: "Car park north" }), "south")).toBe(false);
  expect(matches(row({ site: null }), "north")).toBe(false);
});
