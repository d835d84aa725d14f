// Days, months and years of any time zone, as milliseconds since the epoch: where they begin, and the hours, days or months inside.

export type Range = "day" | "month" | "year";
/** What a range is cut into: a day into hours, a month into days, a year into months. */
export const STEPS = { day: "hour", month: "day", year: "month" } as const;
export type Step = (typeof STEPS)[Range];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();

/** A zone that the browser does not know is shown in UTC rather than not at all. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
  const rest = { minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-GB", { ...fields, ...rest, timeZone: zone });
  } catch {
    format = new Intl.DateTimeFormat("en-GB", { ...fields, ...rest, timeZone: "UTC" });
  }
  formats.set(zone, format);
  return format;
}

/** The zone, or UTC where the browser does not know it. */
export const knownZone = (zone: string): string =>
  formatOf(zone).resolvedOptions().timeZone === "UTC" ? "UTC" : zone;

/** That of whoever looks; what the line on top of every page names. */
export const viewerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export interface Local {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** What the clocks of a zone show. */
export function localOf(ms: number, zone: string): Local {
  const found: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = found;
  return { year, month, day, hour, minute };
}

/** Milliseconds by which a zone is ahead of UTC at a moment. */
export function offsetAt(ms: number, zone: string): number {
  const { year, month, day, hour, minute } = localOf(ms, zone);
  // Date.UTC takes years before 100, which a field has while one types, for those of the last century.
  const wall = new Date(Date.UTC(2000, month - 1, day, hour, minute)).setUTCFullYear(year);
  return wall - Math.floor(ms / MINUTE) * MINUTE;
}

/** The first moment of a local day; months and days may run over (month 13, day 0). */
function midnight(year: number, month: number, day: number, zone: string): number {
  const wall = Date.UTC(year, month - 1, day);
  const before = wall - offsetAt(wall - DAY, zone);
  const after = wall - offsetAt(wall + DAY, zone);
  const wanted = new Date(wall).getUTCDate();
  const fits = (ms: number) => {
    const { day, hour, minute } = localOf(ms, zone);
    return day === wanted && hour === 0 && minute === 0;
  };
  const [first, second] = before < after ? [before, after] : [after, before];
  if (fits(first)) return first;
  // Where the clocks jump over midnight, the day begins with the jump.
  return fits(second) ? second : before;
}

/** A moment as a field for date and time wants it: what the clocks of a zone show; empty where there is none. */
export function asField(at: string | null, zone: string, seconds = false): string {
  if (!at) return "";
  const ms = Date.parse(at);
  return new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, seconds ? 19 : 16);
}

/** The moment that such a field says, null for none: of a time that comes twice the first, of one left out a later one. */
export function fromField(text: string, zone: string): string | null {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return null;
  const before = wall - offsetAt(wall - DAY, zone);
  const after = wall - offsetAt(wall + DAY, zone);
  const fits = (ms: number) => ms + offsetAt(ms, zone) === wall;
  return new Date(!fits(before) && fits(after) ? after : before).toISOString();
}

/** Where the range that holds a moment begins, so many ranges further on. */
export function startOf(range: Range, ms: number, zone: string, further = 0): number {
  const { year, month, day } = localOf(ms, zone);
  if (range === "year") return midnight(year + further, 1, 1, zone);
  if (range === "month") return midnight(year, month + further, 1, zone);
  return midnight(year, month, day + further, zone);
}

/** The first full hour of the local clock after a moment. */
function nextHour(ms: number, zone: string): number {
  // Offsets are whole quarters of an hour, so full hours lie on quarters.
  let next = (Math.floor(ms / (15 * MINUTE)) + 1) * 15 * MINUTE;
  while (localOf(next, zone).minute !== 0) next += 15 * MINUTE;
  return next;
}

/** Starts of the hours, days or months of a range, and its end as the last one. */
export function edgesOf(range: Range, start: number, zone: string): number[] {
  const end = startOf(range, start, zone, 1);
  const step = STEPS[range];
  const edges = [start];
  for (let at = start; at < end; ) {
    at = step === "hour" ? nextHour(at, zone) : startOf(step, at, zone, 1);
    edges.push(Math.min(at, end));
  }
  return edges;
}

const written = new Map<string, Intl.DateTimeFormat>();

/** A moment as a zone writes it; `options` as for Intl. */
export function inZone(ms: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${zone} ${JSON.stringify(options)}`;
  let format = written.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      ...options,
      timeZone: knownZone(zone),
    });
    written.set(key, format);
  }
  return format.format(ms);
}

/** "25 Nov 2026", "November 2026", "2026". */
export function rangeName(range: Range, start: number, zone: string): string {
  if (range === "year") return inZone(start, zone, { year: "numeric" });
  if (range === "month") return inZone(start, zone, { month: "long", year: "numeric" });
  return inZone(start, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

/** "Europe/Berlin (UTC+1)"; a range that crosses a change of the clocks has both: "(UTC+2/+1)". */
export function zoneWithOffset(zone: string, from: number, to: number = from): string {
  if (knownZone(zone) === "UTC") return "UTC";
  const offsets = [...new Set([offsetAt(from, zone), offsetAt(to, zone)])].map(offsetName);
  return `${zone.replaceAll("_", " ")} (UTC${offsets.join("/")})`;
}

function offsetName(offset: number): string {
  const minutes = Math.abs(offset) / MINUTE;
  const rest = minutes % 60;
  return `${offset < 0 ? "−" : "+"}${Math.floor(minutes / 60)}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}
