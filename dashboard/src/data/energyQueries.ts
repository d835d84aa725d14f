// What the energy page asks of REST: energy in buckets, the load over time with its peak, who took the most; of the fleet or a site.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNow } from "../live/now";
import { fileOf, get, type Query } from "./api";
import { serverNow } from "./clock";
import { PAST_MS, PRESENT_MS, type Stretch } from "./historyQueries";
import { useMe } from "./queries";
import type { Page } from "./shapes";
import { STEPS, startOf } from "./zones";

export interface Site {
  site: string;
  charge_points: number;
  connected: number;
}

/** Energy of the fleet or a site in one bucket. */
export interface EnergyBucket {
  bucket: string;
  energy_wh: number | null;
  /** What of it no register has counted. */
  reckoned_wh: number;
  coverage: number | null;
}

/** One step of the load curve: the mean power of all together, in W. Steps without any are left out. */
export interface LoadStep {
  at: string;
  step_s: number;
  power_w: number;
  coverage: number;
}

/** The highest step of the load curve, and the highest single value. */
export interface Peak {
  at: string;
  step_s: number;
  power_w: number;
  highest_w: number | null;
}

export interface Consumer {
  charge_point: string;
  energy_wh: number;
  /** What of it no register has counted; null of tags. */
  reckoned_wh: number | null;
  sessions: number | null;
}

export const useSites = () =>
  useQuery({
    queryKey: ["sites"],
    queryFn: async ({ signal }) => (await get<Page<Site>>("sites", {}, signal)).items,
  });

const iso = (ms: number) => new Date(ms).toISOString();
const between = ({ start, end }: Stretch, site: string | null): Query => ({
  site,
  from: iso(start),
  to: iso(end),
});

/** So many are listed. */
const TOP = 10;

/** The finest step that a picture of a day, a month, a year has room for. */
const LOAD_STEPS = { day: "quarter", month: "hour", year: "hour" } as const;

const energyOf = (stretch: Stretch, site: string | null): Query => ({
  period: STEPS[stretch.range],
  ...between(stretch, site),
});

const loadOf = (stretch: Stretch, site: string | null): Query => ({
  step: LOAD_STEPS[stretch.range],
  ...between(stretch, site),
});

export const energyFile = (stretch: Stretch, site: string | null) =>
  fileOf("energy", energyOf(stretch, site));
export const loadFile = (stretch: Stretch, site: string | null) => fileOf("load", loadOf(stretch, site));
export const topFile = (stretch: Stretch, site: string | null) => fileOf("top", between(stretch, site));

const asked = (stretch: Stretch, site: string | null) => [site, stretch.range, stretch.start, stretch.end];
const again = ({ end }: Stretch) => ({
  placeholderData: keepPreviousData,
  refetchInterval: end > serverNow() ? PRESENT_MS : PAST_MS,
});

export const useEnergy = (stretch: Stretch, site: string | null, every?: number) =>
  useQuery({
    queryKey: ["energy", ...asked(stretch, site)],
    ...again(stretch),
    ...(every !== undefined && { refetchInterval: every }),
    queryFn: async ({ signal }) =>
      (await get<Page<EnergyBucket>>("energy", energyOf(stretch, site), signal)).items,
  });

// The total beside it is live; the overview is what stays open everywhere.
const OVERVIEW_MS = 120_000;

/** Of today and of yesterday, by the hour, where the server's days begin. */
export function useEnergyToday() {
  const now = useNow();
  const zone = useMe().data?.time_zone ?? "UTC";
  const start = startOf("day", now, zone);
  const before = startOf("day", start, zone, -1);
  const today = useEnergy({ range: "day", start, end: startOf("day", start, zone, 1) }, null, OVERVIEW_MS);
  const yesterday = useEnergy({ range: "day", start: before, end: start }, null);
  return { now, zone, start, before, today, yesterday };
}

export interface Load {
  /** In order of time. */
  steps: LoadStep[];
  peak: Peak | null;
  from: number;
  to: number;
}

export const useLoad = (stretch: Stretch, site: string | null) =>
  useQuery({
    queryKey: ["load", ...asked(stretch, site)],
    ...again(stretch),
    queryFn: async ({ signal }): Promise<Load> => {
      const query = loadOf(stretch, site);
      const [load, peaks] = await Promise.all([
        get<Page<LoadStep>>("load", query, signal),
        get<Page<Peak>>("peaks", query, signal),
      ]);
      const { start: from, end: to } = stretch;
      return { steps: load.items.reverse(), peak: peaks.items[0] ?? null, from, to };
    },
  });

export const useTop = (stretch: Stretch, site: string | null) =>
  useQuery({
    queryKey: ["top", ...asked(stretch, site)],
    ...again(stretch),
    queryFn: async ({ signal }) =>
      (await get<Page<Consumer>>("top", { ...between(stretch, site), limit: TOP }, signal)).items,
  });
