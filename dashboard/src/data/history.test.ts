// What a chart of history draws: the band, the gaps, one line per phase.
import {
  columnsOf,
  type HistoryLine,
  type HistoryPoint,
  linesShown,
  measurandName,
  shownIn,
  stepWords,
  wholeStep,
} from "./history";

const START = Date.parse("2026-11-25T08:00:00Z") / 1000;
const point = (second: number, mean: number | null, spread = 0): HistoryPoint => ({
  at: new Date((START + second) * 1000).toISOString(),
  count: mean === null ? 0 : 6,
  min: mean === null ? null : mean - spread,
  mean,
  max: mean === null ? null : mean + spread,
});
const line = (points: HistoryPoint[], rest: Partial<HistoryLine> = {}): HistoryLine => ({
  connector_id: 1,
  measurand: "Power.Active.Import",
  phase: null,
  location: "Outlet",
  unit: "W",
  points,
  ...rest,
});

test("mean, lowest and highest are three columns in the unit of the screen", () => {
  const [x, mean, min, max] = columnsOf(
    [line([point(0, 7000, 200), point(60, 8000)])],
    { tier: "minute", step_s: 60 },
    1e-3,
  );
  expect(x).toEqual([START + 30, START + 90]);
  expect(mean).toEqual([7, 8]);
  expect(min).toEqual([6.8, 8]);
  expect(max).toEqual([7.2, 8]);
});

test("samples as they are lie where they were taken", () => {
  expect(columnsOf([line([point(0, 1)])], { tier: "raw", step_s: null }, 1)[0]).toEqual([START]);
});

test("a gap is a null between the points around it, in every column", () => {
  const points = [point(0, 1), point(59, null), point(600, 2)];
  const [x, ...columns] = columnsOf([line(points)], { tier: "minute", step_s: 120 }, 1);
  expect(columns.map((column) => column[1])).toEqual([null, null, null]);
  expect([...x].every((time, i) => i === 0 || time > (x[i - 1] as number))).toBe(true);
});

test("phases with different times do not break each other", () => {
  const lines = [line([point(0, 1), point(20, 2)], { phase: "L1" }), line([point(10, 3)], { phase: "L2" })];
  const columns = columnsOf(lines, { tier: "raw", step_s: null }, 1);
  expect(columns).toHaveLength(7);
  expect(columns[1]).toEqual([1, undefined, 2]);
});

test("inlet and outlet are not two lines of the same thing", () => {
  const lines = [line([], { location: "Inlet" }), line([]), line([], { connector_id: 2 })];
  expect(linesShown(lines, 1).map(({ location }) => location)).toEqual(["Outlet"]);
});

test("the step in words", () => {
  const words = (tier: string, step_s: number | null) => stepWords({ tier, step_s });
  expect(words("raw", null)).toBe("every sample");
  expect(words("minute", 60)).toBe("one point per minute");
  expect(words("minute", 120)).toBe("one point per 2 minutes");
  expect(words("hour", 3600)).toBe("one point per hour");
  expect(words("month", null)).toBe("one point per month");
});

test("the step of a mean in words", () => {
  expect(wholeStep(60)).toBe("a whole minute");
  expect(wholeStep(900)).toBe("15 whole minutes");
  expect(wholeStep(3600)).toBe("a whole hour");
});

test("measurands have names and units of people", () => {
  expect(measurandName("Power.Active.Import")).toBe("Power");
  expect(measurandName("Something.New")).toBe("Something New");
  expect(shownIn("Celsius").unit).toBe("°C");
  expect(shownIn(null)).toEqual({ unit: "", factor: 1, digits: 2 });
});
