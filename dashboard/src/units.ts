// From base units (W, Wh, s) and times to what stands on the screen; times in the zone that was chosen.
import { shownZone } from "./data/times";
import { inZone, localOf } from "./data/zones";

/** A figure and its unit, apart, so that they can be set in different sizes. */
export interface Quantity {
  value: string;
  unit: string;
}

/** What stands where there is nothing to say: as wide as a figure, so nothing jumps when one comes. */
export const NOTHING = "–";

export function fixed(value: number, digits: number): string {
  // −0.00 says nothing that 0.00 does not.
  const text = value.toFixed(digits);
  const unsigned = Number(text) === 0 ? (0).toFixed(digits) : text;
  const [whole = "", fraction] = unsigned.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f").replace("-", "−");
  return fraction ? `${grouped}.${fraction}` : grouped;
}

const known = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

export function power(watts: number | null | undefined): Quantity {
  if (!known(watts)) return { value: NOTHING, unit: "kW" };
  if (Math.abs(watts) >= 999_950) return { value: fixed(watts / 1e6, 2), unit: "MW" };
  return { value: fixed(watts / 1000, Math.abs(watts) >= 99_950 ? 1 : 2), unit: "kW" };
}

export function energy(wattHours: number | null | undefined): Quantity {
  if (!known(wattHours)) return { value: NOTHING, unit: "kWh" };
  if (Math.abs(wattHours) >= 99_999_500) return { value: fixed(wattHours / 1e6, 1), unit: "MWh" };
  const digits = Math.abs(wattHours) >= 999_950 ? 0 : Math.abs(wattHours) >= 99_995 ? 1 : 2;
  return { value: fixed(wattHours / 1000, digits), unit: "kWh" };
}

export function plain(value: number | null | undefined, unit: string, digits: number): Quantity {
  return { value: known(value) ? fixed(value, digits) : NOTHING, unit };
}

const BYTES = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/** Three figures at most: "812 bytes", "4.1 MB", "12 GB". */
export function bytes(count: number | null | undefined): Quantity {
  if (!known(count)) return { value: NOTHING, unit: "MB" };
  let [value, size] = [count, 0];
  while (Math.abs(value) >= 999.5 && size < BYTES.length - 1) {
    value /= 1000;
    size++;
  }
  return { value: fixed(value, size > 0 && Math.abs(value) < 9.95 ? 1 : 0), unit: BYTES[size] ?? "" };
}

export const inWords = ({ value, unit }: Quantity): string =>
  value === NOTHING ? NOTHING : `${value}\u00a0${unit}`;

/** How often: "once", "4 times". */
export const times = (count: number): string => (count === 1 ? "once" : `${fixed(count, 0)}\u00a0times`);

/** "48 s", "12 min", "1 h 04 min", "3 d 2 h". */
export function duration(seconds: number | null | undefined): string {
  if (!known(seconds)) return NOTHING;
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s}\u00a0s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}\u00a0h\u00a0${String(minutes % 60).padStart(2, "0")}\u00a0min`;
  return `${Math.floor(hours / 24)}\u00a0d\u00a0${hours % 24}\u00a0h`;
}

/** "just now", "8 s ago", "3 min ago", then the time itself. */
export function age(at: string | number | null | undefined, now: number): string {
  const then = milliseconds(at);
  if (then === null) return "never";
  const seconds = (now - then) / 1000;
  if (seconds < 1.5) return "just now";
  if (seconds < 86_400) return `${duration(seconds)} ago`;
  return moment(then, now);
}

export function milliseconds(at: string | number | null | undefined): number | null {
  if (at === null || at === undefined) return null;
  const ms = typeof at === "number" ? at : Date.parse(at);
  return Number.isNaN(ms) ? null : ms;
}

const DAY = { day: "numeric", month: "short" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;

/** "14:05" */
export const clock = (ms: number, zone = shownZone()): string => inZone(ms, zone, CLOCK);

/** "14:05" today, "3 Nov, 14:05" this year, with the year else. */
export function moment(at: string | number | null | undefined, now: number, zone = shownZone()): string {
  const ms = milliseconds(at);
  if (ms === null) return NOTHING;
  const [then, today] = [localOf(ms, zone), localOf(now, zone)];
  const isThisYear = then.year === today.year;
  if (isThisYear && then.month === today.month && then.day === today.day) return clock(ms, zone);
  return `${inZone(ms, zone, isThisYear ? DAY : { ...DAY, year: "numeric" })}, ${clock(ms, zone)}`;
}
