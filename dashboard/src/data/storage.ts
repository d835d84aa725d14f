// What the database takes, as REST answers it, and the words and steps of the storage page.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fixed } from "../units";
import { get, type Query } from "./api";
import { PRESENT_MS } from "./historyQueries";
import type { Page } from "./shapes";

export interface StoredKind {
  kind: string;
  tables: string[];
  /** Null: for ever. */
  keep_days: number | null;
  keep_days_of: Record<string, number>;
  rows: number;
  bytes: number;
  bytes_per_row: number;
  oldest: string | null;
  newest: string | null;
  rows_per_day: number;
  bytes_per_day: number;
}

export interface Forecast {
  settings: Record<string, number | Record<string, number> | null>;
  kinds: { kind: string; bytes: number; bytes_per_year: number }[];
  /** The size at which it stays, reached in so many days. */
  bytes: number;
  bytes_per_day: number;
  bytes_per_year: number;
  days: number;
  fits: boolean;
}

export interface Storage {
  measured_at: string;
  database: { bytes: number; free_bytes: number; wal_bytes: number; page_bytes: number };
  files_bytes: number;
  disk: { free_bytes: number; total_bytes: number; warn_below_bytes: number; low: boolean };
  tables: { name: string; bytes: number; rows: number; exact: boolean }[];
  kinds: StoredKind[];
  samples: {
    bytes_per_sample: number;
    per_day: number;
    charge_points: number;
    per_charge_point_day: number;
  };
  forecast: Forecast;
  asked: Forecast | null;
}

export interface ChargePointStorage {
  charge_point: string;
  samples: number;
  bytes: number;
  samples_per_day: number;
  bytes_per_day: number;
  share: number;
  days: { day: string; samples: number; bytes: number }[];
}

const NAMES: Record<string, string> = {
  samples: "Samples",
  hours: "Hours",
  days: "Days",
  months: "Months",
  frames: "Raw frames",
  statuses: "Status history",
  commands: "Commands",
  sessions: "Sessions",
  texts: "Signed values and texts",
  alerts: "Alerts",
  audit: "Audit",
};

export const kindName = (kind: string): string => NAMES[kind] ?? kind;

/** The settings one can play with, and the steps of their sliders in days. */
export const SLIDERS = [
  { setting: "keep_samples_days", name: "Samples" },
  { setting: "keep_hours_days", name: "Hours" },
  { setting: "keep_days_days", name: "Days" },
  { setting: "keep_frames_days", name: "Raw frames" },
] as const;
export type Setting = (typeof SLIDERS)[number]["setting"];

const STEPS = [1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 730, 1095, 1825, 3650];

/** The steps, with those among them that are not usual ones: the setting in force, and one that another slider asks for. */
export const stepsWith = (...days: number[]): number[] =>
  days.every((one) => STEPS.includes(one)) ? STEPS : [...new Set([...STEPS, ...days])].sort((a, b) => a - b);

/** "7 days", "1 day", "2 years"; null is for ever. */
export function daysWords(days: number | null): string {
  if (days === null) return "for ever";
  if (days >= 730 && days % 365 === 0) return `${days / 365} years`;
  const count = Number.isInteger(days) ? fixed(days, 0) : fixed(days, 1);
  return `${count} ${count === "1" ? "day" : "days"}`;
}

/** What is finer never outlives what it is folded into: a slider takes the others along. */
export function coupled(
  present: Forecast["settings"],
  wanted: Partial<Record<Setting, number>>,
  moved: Setting,
  days: number,
): Partial<Record<Setting, number>> {
  const place = FINER_FIRST.indexOf(moved);
  const next = { ...wanted, [moved]: days };
  if (place < 0) return next;
  FINER_FIRST.forEach((setting, other) => {
    const own = wanted[setting] ?? present[setting];
    if (typeof own !== "number") return;
    if (other < place && own > days) next[setting] = days;
    if (other > place && own < days) next[setting] = days;
  });
  return next;
}

const FINER_FIRST: Setting[] = ["keep_samples_days", "keep_hours_days", "keep_days_days"];

/** What differs from the settings in force: what to ask the server for, and what to write into its settings. */
export function changed(present: Forecast["settings"], wanted: Partial<Record<Setting, number>>) {
  return Object.fromEntries(
    Object.entries(wanted).filter(([setting, days]) => present[setting] !== days),
  ) as Partial<Record<Setting, number>>;
}

export const useStorage = (asked: Query) =>
  useQuery({
    queryKey: ["storage", asked],
    placeholderData: keepPreviousData,
    refetchInterval: PRESENT_MS,
    queryFn: ({ signal }) => get<Storage>("storage", asked, signal),
  });

export const useStorageOfChargePoints = (days: number) =>
  useQuery({
    queryKey: ["storage", "charge-points", days],
    queryFn: async ({ signal }) =>
      (await get<Page<ChargePointStorage>>("storage/charge-points", { days, limit: 50 }, signal)).items,
  });
