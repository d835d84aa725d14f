// Energy and load of the fleet as the charts take them.
import { fleetBars, loadHistory, sameHours, shareOf } from "./fleetEnergy";
import { edgesOf, startOf } from "./zones";

const ZONE = "Europe/Berlin";
const start = startOf("month", Date.parse("2026-10-15T12:00:00Z"), ZONE);
const edges = edgesOf("month", start, ZONE);

test("a day of the fleet lies in its own bar, also when the clocks have changed", () => {
  const bucket = (iso: string, energy_wh: number) => ({
    ...{ bucket: iso, energy_wh, reckoned_wh: energy_wh / 4, coverage: 1 },
  });
  const found = [bucket("2026-09-30T22:00:00Z", 100), bucket("2026-10-30T23:00:00Z", 200)];
  const bars = fleetBars(found, edges, Date.parse("2026-12-01T00:00:00Z"));
  expect(bars).toHaveLength(31);
  expect(bars[0]?.wh).toBe(100);
  expect(bars[30]?.wh).toBe(200);
  expect(bars[30]?.parts).toEqual([
    { key: "counted", wh: 150 },
    { key: "reckoned", wh: 50 },
  ]);
  expect(bars[15]?.wh).toBeNull();
});

const step = (iso: string, power_w: number) => ({ at: iso, step_s: 900, power_w, coverage: 1 });

test("the load is not drawn across steps that are missing", () => {
  const steps = [
    step("2026-11-25T08:00:00Z", 7000),
    step("2026-11-25T08:15:00Z", 8000),
    step("2026-11-25T10:00:00Z", 9000),
  ];
  const { series } = loadHistory({ steps, peak: null, from: 0, to: 1 });
  expect(series[0]?.points.map(({ mean }) => mean)).toEqual([7000, 8000, null, 9000]);
});

test("a share is said only where the whole is known", () => {
  const bucket = { bucket: "2026-11-25T00:00:00Z", energy_wh: 400, reckoned_wh: 0, coverage: 1 };
  expect(shareOf(100, [bucket])).toBe(0.25);
  expect(shareOf(100, [])).toBeNull();
  expect(shareOf(100, undefined)).toBeNull();
});

test("the hours of yesterday stand beside those that the clock called the same, also when it was changed", () => {
  const today = startOf("day", Date.parse("2026-10-26T12:00:00Z"), ZONE);
  const before = startOf("day", today, ZONE, -1);
  const [now, then] = [edgesOf("day", today, ZONE), edgesOf("day", before, ZONE)];
  expect(then.length - now.length).toBe(1);
  const noon = { bucket: "2026-10-25T11:00:00Z", energy_wh: 700, reckoned_wh: 0, coverage: 1 };
  const beside = sameHours(fleetBars([noon], then, today), fleetBars([], now, today), ZONE);
  expect(beside.findIndex((wh) => wh !== null)).toBe(12);
});
