// Where a line must break: a chart never joins two points with silence between them.

/** A silence longer than so many usual intervals is a gap. */
const INTERVALS = 4;
/** Below this many seconds nothing is a gap: a late frame is not an outage. */
const LEAST = 5;
/** When there are too few points to know the usual interval. */
const UNKNOWN = 180;

/** Seconds between two points above which they are not joined. From the median, so that the gaps themselves do not count. */
export function gapLimit(times: readonly number[]): number {
  if (times.length < 4) return UNKNOWN;
  const steps: number[] = [];
  for (let i = Math.max(1, times.length - 400); i < times.length; i++) {
    steps.push((times[i] as number) - (times[i - 1] as number));
  }
  steps.sort((a, b) => a - b);
  return Math.max(LEAST, INTERVALS * (steps[steps.length >> 1] as number));
}

export type Line = [times: number[], values: (number | null)[]];

/** The same points with a null between those that are further apart than the limit. */
export function broken(times: readonly number[], values: readonly number[], limit = gapLimit(times)): Line {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (let i = 0; i < times.length; i++) {
    const time = times[i] as number;
    const before = times[i - 1];
    if (before !== undefined && time - before > limit) {
      x.push((before + time) / 2);
      y.push(null);
    }
    x.push(time);
    y.push(values[i] as number);
  }
  return [x, y];
}
