// Energy and load of the fleet as the charts take them.
import { type Bar, barOf, placeOf, RECKONED } from "./bars";
import type { EnergyBucket, Load } from "./energyQueries";
import type { History, HistoryPoint } from "./history";
import { POWER } from "./readings";
import { localOf } from "./zones";

/** What a bar of the fleet is made of. */
export const RECKONED_PARTS = [
  { key: "counted", label: "Counted by a meter" },
  { key: RECKONED, label: "Reckoned without a meter" },
];

/** One bar per step between two edges. */
export function fleetBars(buckets: EnergyBucket[], edges: number[], now: number): Bar[] {
  const byPlace = new Map(buckets.map((one) => [placeOf(Date.parse(one.bucket), edges), one]));
  return edges.slice(1).map((end, index) => {
    const { energy_wh = null, reckoned_wh = 0, coverage = null } = byPlace.get(index) ?? {};
    const parts = energy_wh === null ? [] : [{ key: "counted", wh: energy_wh - reckoned_wh }];
    if (reckoned_wh > 0) parts.push({ key: RECKONED, wh: reckoned_wh });
    return barOf(edges[index] as number, end, energy_wh, parts, coverage, now);
  });
}

/** What another day had in the hours of this one, by what the clock showed. */
export function sameHours(then: Bar[], bars: Bar[], zone: string): (number | null)[] {
  const byHour = new Map(then.map(({ start, wh }) => [localOf(start, zone).hour, wh]));
  return bars.map(({ start }) => byHour.get(localOf(start, zone).hour) ?? null);
}

/** The load as a history of one line, broken where steps are missing. */
export function loadHistory({ steps, from, to }: Load): History {
  const points: HistoryPoint[] = [];
  const step_s = steps[0]?.step_s ?? null;
  let before = Number.POSITIVE_INFINITY;
  for (const { at, step_s, power_w } of steps) {
    const time = Date.parse(at);
    if (time - before > step_s * 1000) {
      const nothing = { min: null, mean: null, max: null };
      points.push({ at: new Date(before + step_s * 1000).toISOString(), count: 0, ...nothing });
    }
    points.push({ at, count: 1, min: power_w, mean: power_w, max: power_w });
    before = time;
  }
  const line = { connector_id: 0, measurand: POWER, phase: null, location: null, unit: "W", points };
  const edges = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return { tier: "load", step_s, reason: null, ...edges, series: [line] };
}

/** Of all, how much no register has counted. */
export const reckonedOf = (buckets: EnergyBucket[] | undefined): number =>
  (buckets ?? []).reduce((sum, { reckoned_wh }) => sum + reckoned_wh, 0);

/** The part of all that one took; null where the whole is not known. */
export const shareOf = (wh: number, buckets: EnergyBucket[] | undefined): number | null => {
  const all = (buckets ?? []).reduce((sum, { energy_wh }) => sum + (energy_wh ?? 0), 0);
  return all > 0 ? Math.min(1, wh / all) : null;
};
