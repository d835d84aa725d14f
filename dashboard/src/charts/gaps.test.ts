// Lines break where there was silence, and only there.
import type { Series } from "../data/series";
import { broken, gapLimit } from "./gaps";
import { aligned, isOver, isolated, valueAt } from "./lines";
import { digitsOf, rangeOf } from "./options";

const every = (step: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => from + i * step);
const ones = (times: number[]) => times.map(() => 1);
const seriesOf = (times: number[], values = ones(times)): Series => ({
  key: "k",
  connector_id: 1,
  measurand: "Power.Active.Import",
  phase: null,
  location: null,
  unit: "W",
  times,
  values,
});

test("regular samples are one line", () => {
  const times = every(10, 20);
  expect(broken(times, ones(times))).toEqual([times, ones(times)]);
});

test("an outage of many intervals is a null in the middle of it", () => {
  const times = [...every(10, 10), ...every(10, 10, 300)];
  const [x, y] = broken(times, ones(times));
  expect(x).toHaveLength(21);
  expect(y[10]).toBeNull();
  expect(x[10]).toBe((90 + 300) / 2);
});

test("one lost sample is not an outage", () => {
  const times = [...every(10, 10), ...every(10, 10, 110)];
  expect(broken(times, ones(times))[1]).not.toContain(null);
});

test("a second's delay in a fast series is not an outage", () => {
  const times = [...every(0.5, 10), ...every(0.5, 10, 9)];
  expect(gapLimit(times)).toBe(5);
  expect(broken(times, ones(times))[1]).not.toContain(null);
});

test("the usual interval is the series' own, not spoilt by its gaps", () => {
  const times = [...every(60, 10), ...every(60, 10, 7200), ...every(60, 10, 20_000)];
  expect(gapLimit(times)).toBe(240);
});

test("two points alone are joined only when they are near", () => {
  expect(broken([0, 60], [1, 2])[1]).toEqual([1, 2]);
  expect(broken([0, 3600], [1, 2])[1]).toEqual([1, null, 2]);
});

test("lines with different times are laid side by side without breaking each other", () => {
  const data = aligned(
    [
      { series: seriesOf([0, 10, 20, 30]), scale: (v) => v },
      { series: seriesOf([5, 15, 25, 35]), scale: (v) => v * 2 },
    ],
    0,
  );
  expect(data[0]).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
  expect([...(data[1] ?? [])]).not.toContain(null);
  expect([...(data[2] ?? [])]).not.toContain(null);
  expect(data[2]?.[1]).toBe(2);
});

test("a gap of one line stays a gap beside another that has none", () => {
  const data = aligned(
    [
      { series: seriesOf([...every(10, 10), ...every(10, 10, 300)]), scale: (v) => v },
      { series: seriesOf(every(10, 39)), scale: (v) => v },
    ],
    0,
  );
  expect([...(data[1] ?? [])].filter((v) => v === null)).toHaveLength(1);
  expect([...(data[2] ?? [])]).not.toContain(null);
});

test("only the window is drawn, and the one point from which the line enters it", () => {
  const data = aligned([{ series: seriesOf(every(10, 100)), scale: (v) => v }], 905);
  expect(data[0]).toEqual(every(10, 10, 900));
});

test("the figure under the cursor is the last one of its line, and none inside a gap", () => {
  const column = [1, undefined, undefined, null, 5];
  expect(valueAt(column, 2)).toBe(1);
  expect(valueAt(column, 3)).toBeNull();
  expect(valueAt(column, 4)).toBe(5);
});

test("a point alone is drawn as a dot, one with a neighbour is not", () => {
  expect(isolated([1])).toEqual([0]);
  expect(isolated([1, 2])).toEqual([]);
  expect(isolated([1, null, 2, 3, null, undefined, 4, undefined, null, 5])).toEqual([0, 6, 9]);
  expect(isolated([1, undefined, 2])).toEqual([]);
  expect(isolated([null, undefined])).toEqual([]);
});

test("a line that has ended says nothing about now", () => {
  expect(isOver(every(10, 10), 100)).toBe(false);
  expect(isOver(every(10, 10), 200)).toBe(true);
  expect(isOver([], 0)).toBe(true);
});

test("a meter's register is drawn close up", () => {
  const [low, high] = rangeOf(4351, 4352, false, undefined, true);
  expect(high - low).toBeLessThan(2);
});

test("an axis writes as many decimals as its step needs", () => {
  expect([10, 2.5, 0.1, 0.025].map(digitsOf)).toEqual([0, 1, 1, 3]);
});

test("a voltage that hardly moves does not fill the picture with noise", () => {
  const [low, high] = rangeOf(230, 230.4, false);
  expect(high - low).toBeGreaterThan(5);
  expect(rangeOf(0, 7, true)[0]).toBe(0);
  expect(rangeOf(20, 80, true, 100)).toEqual([0, 100]);
});
