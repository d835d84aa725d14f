// The measured series of one charge point in memory: merged from REST and the live stream, sorted, without doubles, of bounded length.
import type { MeterValueData } from "wattdeck-client";
import type { MeterValue } from "./shapes";

export interface Series {
  key: string;
  connector_id: number;
  measurand: string;
  phase: string | null;
  location: string | null;
  unit: string | null;
  /** Seconds since the epoch, ascending. */
  times: number[];
  values: number[];
}

/** Of a series; five a second for an hour. */
const MOST_SAMPLES = 18_000;

export type Sample = MeterValue | MeterValueData;

const takenAt = (sample: Sample): string => ("taken_at" in sample ? sample.taken_at : sample.timestamp);

// Where a charge point measures the same thing in several places, the plug is what the driver gets.
const BY_CLOSENESS = ["Outlet", null, "EV", "Cable", "Inlet", "Body"];
export const closeness = (location: string | null) => {
  const at = BY_CLOSENESS.indexOf(location);
  return at < 0 ? BY_CLOSENESS.length : at;
};

export class SeriesStore {
  private series = new Map<string, Series>();
  private listeners = new Set<() => void>();
  private waiting: ReturnType<typeof setTimeout> | undefined;
  /** Counts changes; what React compares. */
  version = 0;
  /** The span (seconds since the epoch) for which REST has given everything it had. */
  coversFrom: number | null = null;
  coversTo = 0;

  constructor(readonly keepSeconds: number) {}

  add(samples: Sample[]): void {
    let changed = false;
    for (const sample of samples) changed = this.insert(sample) || changed;
    if (changed) this.changed();
  }

  all(): Series[] {
    return [...this.series.values()];
  }

  /** The series of a measurand on a connector, one per phase, as the phases sort. */
  find(connectorId: number, measurand: string): Series[] {
    const byPhase = new Map<string, Series>();
    for (const series of this.series.values()) {
      if (series.connector_id !== connectorId || series.measurand !== measurand) continue;
      const other = byPhase.get(series.phase ?? "");
      if (!other || closeness(series.location) < closeness(other.location))
        byPhase.set(series.phase ?? "", series);
    }
    return [...byPhase.values()].sort((a, b) => (a.phase ?? "").localeCompare(b.phase ?? ""));
  }

  /** Seconds since the epoch of the newest sample of a connector, or of all. */
  newest(connectorId?: number): number | null {
    const those = this.all().filter((s) => connectorId === undefined || s.connector_id === connectorId);
    return those.length ? Math.max(...those.map((s) => s.times.at(-1) ?? 0)) : null;
  }

  covered(from: number, to: number): void {
    this.coversFrom = Math.min(this.coversFrom ?? from, from);
    this.coversTo = Math.max(this.coversTo, to);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  getVersion = (): number => this.version;

  private insert(sample: Sample): boolean {
    const time = Date.parse(takenAt(sample)) / 1000;
    const value = typeof sample.value === "number" ? sample.value : Number.NaN;
    if (!Number.isFinite(time) || !Number.isFinite(value)) return false;
    const key = `${sample.connector_id}|${sample.measurand}|${sample.phase ?? ""}|${sample.location ?? ""}`;
    let series = this.series.get(key);
    if (!series) {
      const { connector_id, measurand, phase, location, unit } = sample;
      series = { key, connector_id, measurand, phase, location, unit, times: [], values: [] };
      this.series.set(key, series);
    }
    return place(series, time, value, this.keepSeconds);
  }

  private changed(): void {
    this.version++;
    // A burst of frames is one change for those who draw.
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      for (const listener of [...this.listeners]) listener();
    }, 100);
  }
}

function place(series: Series, time: number, value: number, keepSeconds: number): boolean {
  const { times, values } = series;
  const at = firstNotBefore(times, time);
  if (times[at] === time) {
    if (values[at] === value) return false;
    values[at] = value;
    return true;
  }
  // A clock that was ahead once puts everything that comes later before its end: length is what bounds that.
  if (times.length >= MOST_SAMPLES) {
    if (at === 0) return false;
    times.splice(0, MOST_SAMPLES / 10);
    values.splice(0, MOST_SAMPLES / 10);
    return place(series, time, value, keepSeconds);
  }
  if (at === times.length) {
    times.push(time);
    values.push(value);
    const old = firstNotBefore(times, time - keepSeconds);
    // Cut in larger pieces: shifting an array by one with every sample would cost more than the samples.
    if (old > 256) {
      times.splice(0, old);
      values.splice(0, old);
    }
  } else {
    times.splice(at, 0, time);
    values.splice(at, 0, value);
  }
  return true;
}

/** Index of the first time that is not before `time`. */
export function firstNotBefore(times: number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Latest {
  value: number;
  time: number;
}

export function latest(series: Series | undefined): Latest | null {
  const value = series?.values.at(-1);
  const time = series?.times.at(-1);
  return value === undefined || time === undefined ? null : { value, time };
}
