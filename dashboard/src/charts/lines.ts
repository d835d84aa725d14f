// From series to what uPlot takes: one common column of times, one column of values per line.
import uPlot from "uplot";
import type { Series } from "../data/series";
import { firstNotBefore } from "../data/series";
import { broken, gapLimit } from "./gaps";

export interface LineOf {
  series: Series;
  /** From the stored value to the drawn one: W to kW, register to session energy. */
  scale: (value: number) => number;
}

/** Only what the window shows, and one point before it, so that the line enters from the edge. */
export function aligned(lines: LineOf[], from: number): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  const tables = lines.map(({ series, scale }): uPlot.AlignedData => {
    const start = Math.max(0, firstNotBefore(series.times, from) - 1);
    const [x, y] = broken(series.times.slice(start), series.values.slice(start), gapLimit(series.times));
    return [x, y.map((value) => (value === null ? null : scale(value)))];
  });
  // join() marks times that a line does not have with undefined (drawn across) and keeps null (the line breaks).
  return tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables);
}

/** Whether the last point is so long ago that its value says nothing about now. */
export function isOver(times: ArrayLike<number>, now: number): boolean {
  const last = times[times.length - 1];
  return last === undefined || now - last > Math.max(30, gapLimit(Array.from(times)));
}

/** Points with nobody to draw a line to: they are drawn as dots, or nobody would see them. */
export function isolated(column: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  // What stood before and after a point, not counting the times at which only other lines have one.
  let before: number | null = null;
  let candidate: number | null = null;
  for (let i = 0; i <= column.length; i++) {
    const value = i === column.length ? null : column[i];
    if (value === undefined) continue;
    if (candidate !== null && value === null) found.push(candidate);
    candidate = before === null && value !== null ? i : null;
    before = value;
  }
  return found;
}

/** The index of the last point at or before `index` that has a value, within the same unbroken piece. */
export function valueAt(column: ArrayLike<number | null | undefined>, index: number): number | null {
  for (let i = index; i >= 0; i--) {
    const value = column[i];
    if (value === null) return null;
    if (value !== undefined) return value;
  }
  return null;
}
