// Samples from REST and from the live stream become one series.
import { betweenSessions, readingsOf, sessionEnergy } from "./readings";
import { type Sample, SeriesStore } from "./series";
import type { Session } from "./shapes";

const at = (second: number) => new Date(1_760_000_000_000 + second * 1000).toISOString();
const base = {
  charge_point: "A",
  connector_id: 1,
  context: null,
  location: "Outlet",
  session_id: 1,
  flags: [],
};

const live = (second: number, value: number, more: Partial<Sample> = {}): Sample => ({
  ...base,
  measurand: "Power.Active.Import",
  unit: "W",
  phase: null,
  timestamp: at(second),
  value,
  ...more,
});
const rest = (second: number, value: number): Sample => {
  const { timestamp, ...sample } = live(second, value) as Extract<Sample, { timestamp: string }>;
  return { ...sample, taken_at: timestamp };
};
const secondsOf = (store: SeriesStore) => store.all()[0]?.times.map((t) => t - 1_760_000_000);

test("what comes live and what REST gives afterwards is one sorted series without doubles", () => {
  const store = new SeriesStore(3600);
  store.add([live(40, 4), live(50, 5)]);
  store.add([rest(50, 5), rest(40, 4), rest(30, 3), rest(20, 2), rest(10, 1)]);
  expect(secondsOf(store)).toEqual([10, 20, 30, 40, 50]);
  expect(store.all()[0]?.values).toEqual([1, 2, 3, 4, 5]);
});

test("samples that come out of order are put where they belong", () => {
  const store = new SeriesStore(3600);
  for (const second of [1, 2, 5, 3, 4]) store.add([live(second, second)]);
  expect(secondsOf(store)).toEqual([1, 2, 3, 4, 5]);
});

test("the same sample again changes nothing", () => {
  const store = new SeriesStore(3600);
  store.add([live(1, 1)]);
  const before = store.version;
  store.add([live(1, 1)]);
  expect(store.version).toBe(before);
});

test("text and impossible numbers are no points", () => {
  const store = new SeriesStore(3600);
  store.add([live(1, Number.NaN), { ...live(2, 0), value: "signed" }, { ...live(3, 0), value: null }]);
  expect(store.all()).toEqual([]);
});

test("what is older than the longest window is let go", () => {
  const store = new SeriesStore(60);
  for (let second = 0; second < 2000; second++) store.add([live(second, second)]);
  expect(store.all()[0]?.times.length).toBeLessThan(400);
  expect(secondsOf(store)?.at(-1)).toBe(1999);
});

test("phases are series of their own; of two places the plug is shown", () => {
  const store = new SeriesStore(3600);
  store.add([
    live(1, 231, { measurand: "Voltage", phase: "L2" }),
    live(1, 230, { measurand: "Voltage", phase: "L1" }),
    live(1, 900, { measurand: "Voltage", phase: "L1", location: "Inlet" }),
  ]);
  expect(store.find(1, "Voltage").map((s) => [s.phase, s.values[0]])).toEqual([
    ["L1", 230],
    ["L2", 231],
  ]);
});

test("power is the whole where it is measured, else the sum of the phases", () => {
  const phases = new SeriesStore(3600);
  phases.add([live(1, 1000, { phase: "L1" }), live(1, 2000, { phase: "L2" }), live(1, 500, { phase: "L3" })]);
  expect(readingsOf(phases, 1).power?.value).toBe(3500);
  phases.add([live(2, 3600)]);
  expect(readingsOf(phases, 1).power?.value).toBe(3600);
});

test("voltage between phase and neutral is that phase's; between phases it is not shown beside", () => {
  const store = new SeriesStore(3600);
  const volt = (phase: string, value: number) => live(1, value, { measurand: "Voltage", phase });
  store.add([volt("L1-N", 230), volt("L2-N", 231), volt("L1-L2", 400), volt("N", 0)]);
  expect(readingsOf(store, 1).voltage).toEqual([
    { phase: "L1", value: 230 },
    { phase: "L2", value: 231 },
  ]);
});

test("after its end a session's last power is no power of now", () => {
  const store = new SeriesStore(3600);
  store.add([live(60, 7000), live(60, 9000, { measurand: "Energy.Active.Import.Register", unit: "Wh" })]);
  const ended = { stopped_at: at(60) } as Session;
  const readings = betweenSessions(readingsOf(store, 1), ended);
  expect(readings.power).toBeNull();
  expect(readings.register?.value).toBe(9000);
  store.add([live(90, 10)]);
  expect(betweenSessions(readingsOf(store, 1), ended).power?.value).toBe(10);
});

test("a session's energy follows the register between two news of the session", () => {
  const session = {
    started_at: at(0),
    stopped_at: null,
    start_meter_wh: 1000,
    energy_wh: 500,
  } as Session;
  const registerAt = (second: number, value: number) => ({ time: 1_760_000_000 + second, value });
  expect(sessionEnergy(session, registerAt(60, 1620))).toBe(620);
  expect(sessionEnergy(session, registerAt(-60, 9000))).toBe(500);
  expect(sessionEnergy(session, registerAt(60, 1200))).toBe(500);
  expect(sessionEnergy({ ...session, stopped_at: at(90) }, registerAt(60, 1620))).toBe(500);
});

test("after a clock that was ahead once, a series does not grow for ever", () => {
  const store = new SeriesStore(3600);
  store.add([live(100_000_000, 1)]);
  for (let second = 0; second < 40_000; second++) store.add([live(second, second)]);
  const [series] = store.all();
  expect(series?.times.length).toBeLessThanOrEqual(18_000);
  expect(series?.times.length).toBe(series?.values.length);
  expect(secondsOf(store)?.slice(-2)).toEqual([39_999, 100_000_000]);
});
