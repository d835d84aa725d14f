// Bars of energy: gaps stay gaps, phases are not counted twice, an open hour is judged by what has passed of it.
import {
  barsOf,
  connectorsOf,
  coverageWords,
  isPartly,
  placeOf,
  RECKONED,
  type Rollup,
  scaleFor,
  totalOf,
  withReckoned,
} from "./bars";

const HOUR = 3_600_000;
const DAY = Date.parse("2026-11-25T00:00:00Z");
const edges = Array.from({ length: 25 }, (_, hour) => DAY + hour * HOUR);
const later = DAY + 48 * HOUR;

const rollup = (hour: number, energy_wh: number | null, rest: Partial<Rollup> = {}): Rollup => ({
  bucket: new Date(DAY + hour * HOUR).toISOString(),
  period: "hour",
  measurand: "Energy.Active.Import.Register",
  phase: null,
  connector_id: 1,
  count: 60,
  min: 0,
  max: 0,
  mean: 0,
  sum: 0,
  last: 0,
  energy_wh,
  coverage: 1,
  ...rest,
});

test("an hour without a bucket is unknown, one with a bucket of nothing is nothing", () => {
  const bars = barsOf([rollup(8, 1200), rollup(9, 0)], edges, null, later);
  expect(bars).toHaveLength(24);
  expect(bars.slice(7, 11).map(({ wh }) => wh)).toEqual([null, 1200, 0, null]);
});

test("connectors are stacked, the charge point's own meter is not added to them", () => {
  const rollups = [
    rollup(8, 1000),
    rollup(8, 500, { connector_id: 2 }),
    rollup(8, 1500, { connector_id: 0 }),
  ];
  const bar = barsOf(rollups, edges, null, later)[8];
  expect(bar?.wh).toBe(1500);
  expect(bar?.parts).toEqual([
    { key: "1", wh: 1000 },
    { key: "2", wh: 500 },
  ]);
  expect(connectorsOf([rollup(8, 1, { connector_id: 0 })])).toEqual([0]);
});

test("one connector alone can be looked at", () => {
  const rollups = [rollup(8, 1000), rollup(8, 500, { connector_id: 2 })];
  expect(barsOf(rollups, edges, 2, later)[8]?.wh).toBe(500);
});

test("phases are added up only where there is no total", () => {
  const phases = ["L1", "L2", "L3", "N"].map((phase) => rollup(8, 100, { phase }));
  expect(barsOf(phases, edges, null, later)[8]?.wh).toBe(300);
  expect(barsOf([...phases, rollup(8, 310)], edges, null, later)[8]?.wh).toBe(310);
});

test("the same energy measured at inlet and outlet counts once", () => {
  const rollups = [rollup(8, 1010, { location: "Inlet" }), rollup(8, 1000, { location: "Outlet" })];
  expect(barsOf(rollups, edges, null, later)[8]?.wh).toBe(1000);
});

test("an hour that goes on is covered when all that has passed of it is", () => {
  const now = DAY + 8.25 * HOUR;
  const bars = barsOf(
    [rollup(7, 10, { coverage: 0.25 }), rollup(8, 10, { coverage: 0.25 })],
    edges,
    null,
    now,
  );
  expect(bars[8]).toMatchObject({ open: true, coverage: 1 });
  expect(bars.map(isPartly).filter(Boolean)).toHaveLength(1);
});

test("the total says how much of the time it knows of", () => {
  const now = DAY + 4 * HOUR;
  const bars = barsOf([rollup(0, 100), rollup(1, 100), rollup(2, 50, { coverage: 0.5 })], edges, null, now);
  expect(totalOf(bars, now)).toEqual({ wh: 250, coverage: 2.5 / 4, unknown: 1 });
  expect(totalOf(barsOf([], edges, null, now), now)).toEqual({ wh: null, coverage: 0, unknown: 4 });
});

test("a bucket lies in the step that holds its start", () => {
  expect([DAY - 1, DAY, DAY + HOUR - 1, DAY + HOUR, DAY + 24 * HOUR].map((at) => placeOf(at, edges))).toEqual(
    [-1, 0, 0, 1, 24],
  );
});

test("a scale ends at a round figure above the highest bar", () => {
  expect(scaleFor(7.3)).toEqual({ top: 8, ticks: [0, 2, 4, 6, 8] });
  expect(scaleFor(100).top).toBe(100);
  expect(scaleFor(0.03).ticks).toHaveLength(4);
  expect(scaleFor(0)).toEqual({ top: 1, ticks: [0, 1] });
});

test("coverage in words", () => {
  const words = (wh: number | null, coverage: number | null, open = false) =>
    coverageWords({ wh, coverage, open, ahead: false, parts: [] });
  expect(words(null, null)).toBe("nothing known");
  expect(coverageWords({ wh: null, coverage: null, open: false, ahead: true, parts: [] })).toBe("to come");
  expect(words(5, 1)).toBe("measured throughout");
  expect(words(5, 0.999, true)).toBe("measured throughout so far");
  expect(words(5, 0.62)).toContain("62\u00a0%");
  expect(words(5, 0)).toContain("not measured");
  expect(words(5, 0.006)).toContain("less than 1\u00a0%");
});

test("what was reckoned stands on top of what a register counted, and alone where there is none", () => {
  const edges = [0, 10, 20, 30];
  const counted = barsOf([], edges, null, 100);
  const reckoned = (at: number, connector_id: number, reckoned_wh: number) => ({
    ...{ bucket: new Date(at).toISOString(), connector_id, reckoned_wh },
  });
  const bars = withReckoned(counted, [reckoned(10, 1, 300), reckoned(10, 2, 50)], edges, null);
  expect(bars.map(({ wh }) => wh)).toEqual([null, 350, null]);
  expect(bars[1]?.parts).toEqual([{ key: RECKONED, wh: 350 }]);
  expect(bars[1] && coverageWords(bars[1])).toBe("reckoned without a meter");
  expect(withReckoned(counted, [reckoned(10, 1, 300), reckoned(10, 2, 50)], edges, 2)[1]?.wh).toBe(50);
});
