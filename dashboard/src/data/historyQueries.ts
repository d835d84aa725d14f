// What the pages of the past ask of REST. Past answers stay as long as they are looked at; only what holds the present is asked for again.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fileOf, get } from "./api";
import type { ReckonedBucket, Rollup } from "./bars";
import { serverNow } from "./clock";
import type { History } from "./history";
import { latestSamples } from "./queries";
import { REGISTER } from "./readings";
import type { Page, Statistics } from "./shapes";
import { type Range, STEPS } from "./zones";

const iso = (ms: number) => new Date(ms).toISOString();
const of = (identifier: string, rest: string) => `charge-points/${encodeURIComponent(identifier)}${rest}`;
const MOST_BUCKETS = 1000;
/** What lies in the past changes seldom: a late sample, a flag lifted. */
export const PAST_MS = 5 * 60_000;
export const PRESENT_MS = 30_000;

export interface Stretch {
  range: Range;
  start: number;
  end: number;
}

const bucketsOf = ({ range, start, end }: Stretch) => ({
  period: STEPS[range],
  measurand: REGISTER,
  from: iso(start),
  to: iso(end),
});

/** The buckets as a file. */
export const rollupsFile = (identifier: string, stretch: Stretch): string =>
  fileOf(of(identifier, "/rollups"), bucketsOf(stretch));

/** The buckets of the register in a day, month or year. */
export const useRollups = (identifier: string, stretch: Stretch) =>
  useQuery({
    queryKey: ["charge-point", identifier, "rollups", stretch.range, stretch.start, stretch.end],
    placeholderData: keepPreviousData,
    refetchInterval: stretch.end > serverNow() ? PRESENT_MS : PAST_MS,
    queryFn: async ({ signal }) => {
      const items: Rollup[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<Rollup> = await get(
          of(identifier, "/rollups"),
          { ...bucketsOf(stretch), limit: MOST_BUCKETS, cursor },
          signal,
        );
        items.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return items;
    },
  });

/** What no register of a charge point has counted, by bucket and connector. */
export const useReckoned = (identifier: string, stretch: Stretch) =>
  useQuery({
    queryKey: ["charge-point", identifier, "reckoned", stretch.range, stretch.start, stretch.end],
    placeholderData: keepPreviousData,
    refetchInterval: stretch.end > serverNow() ? PRESENT_MS : PAST_MS,
    queryFn: async ({ signal }) => {
      const { period, from, to } = bucketsOf(stretch);
      const query = { period, from, to, charge_point: identifier, group_by: "connector" };
      return (await get<Page<ReckonedBucket>>("energy", query, signal)).items.filter(
        ({ reckoned_wh }) => reckoned_wh > 0,
      );
    },
  });

/** From when to when, in milliseconds. */
export type Zoom = readonly [number, number];

/** A measurand over a span that ends now, or so many spans before; or over the stretch that was picked of it. */
export const useHistory = (
  identifier: string,
  measurand: string | null,
  span: { seconds: number; back: number; width: number; zoom: Zoom | null },
) =>
  useQuery({
    queryKey: [
      "charge-point",
      identifier,
      "history",
      measurand,
      span.seconds,
      span.back,
      span.width,
      span.zoom,
    ],
    enabled: measurand !== null,
    placeholderData: keepPreviousData,
    refetchInterval: span.back === 0 && !span.zoom ? PRESENT_MS : PAST_MS,
    queryFn: ({ signal }) => {
      const to = serverNow() - span.back * span.seconds * 1000;
      const query = {
        measurand,
        from: iso(span.zoom?.[0] ?? to - span.seconds * 1000),
        to: iso(span.zoom?.[1] ?? to),
        width: span.width,
      };
      return get<History>(of(identifier, "/history"), query, signal);
    },
  });

/** The samples behind a picture as a file. */
export const samplesFile = (identifier: string, connector: number, { series, from, to }: History): string =>
  fileOf(of(identifier, "/meter-values"), {
    measurand: series[0]?.measurand,
    connector_id: connector,
    from,
    to,
  });

export const statisticsFile = (identifier: string, window: Window): string =>
  fileOf(of(identifier, "/statistics"), { window });

export const sessionsFile = (identifier: string): string => fileOf(of(identifier, "/sessions"), {});

export type Window = "1h" | "24h" | "session";

export const useStatistics = (identifier: string, window: Window) =>
  useQuery({
    queryKey: ["charge-point", identifier, "statistics", window],
    placeholderData: keepPreviousData,
    refetchInterval: PRESENT_MS,
    queryFn: async ({ signal }) =>
      (await get<Page<Statistics>>(of(identifier, "/statistics"), { window }, signal)).items,
  });

/** Which series a charge point has, by their last sample. */
export const useLatest = (identifier: string) =>
  useQuery({
    queryKey: ["charge-point", identifier, "latest"],
    refetchInterval: PAST_MS,
    queryFn: ({ signal }) => latestSamples(identifier, signal),
  });
