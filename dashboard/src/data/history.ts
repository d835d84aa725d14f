// A measurand over time as REST answers it, and what the chart of it draws: mean, lowest and highest, broken at gaps.
import uPlot from "uplot";
import { phaseName } from "./readings";
import { closeness } from "./series";

export interface HistoryPoint {
  at: string;
  count: number;
  /** All null: a gap begins here. */
  min: number | null;
  mean: number | null;
  max: number | null;
}

export interface HistoryLine {
  connector_id: number;
  measurand: string;
  phase: string | null;
  location: string | null;
  unit: string | null;
  points: HistoryPoint[];
}

export interface History {
  tier: string;
  step_s: number | null;
  /** Why it is no finer one, where what is kept decided. */
  reason: string | null;
  from: string;
  to: string;
  series: HistoryLine[];
}

export const SPANS = [
  { value: 3_600, label: "1 h" },
  { value: 6 * 3_600, label: "6 h" },
  { value: 86_400, label: "24 h" },
  { value: 7 * 86_400, label: "7 d" },
  { value: 30 * 86_400, label: "30 d" },
  { value: 365 * 86_400, label: "1 year" },
];

/** What people call a measurand. */
const NAMES: Record<string, string> = {
  "Power.Active.Import": "Power",
  "Power.Active.Export": "Power, exported",
  "Power.Offered": "Power offered",
  "Power.Factor": "Power factor",
  "Power.Reactive.Import": "Reactive power",
  "Power.Reactive.Export": "Reactive power, exported",
  "Current.Import": "Current",
  "Current.Export": "Current, exported",
  "Current.Offered": "Current offered",
  "Energy.Active.Import.Register": "Meter",
  "Energy.Active.Export.Register": "Meter, exported",
  "Energy.Reactive.Import.Register": "Meter, reactive",
  "Energy.Reactive.Export.Register": "Meter, reactive exported",
  "Energy.Active.Import.Interval": "Energy of intervals",
  "Energy.Active.Export.Interval": "Energy of intervals, exported",
  SoC: "State of charge",
  RPM: "Fan speed",
};

export const measurandName = (measurand: string): string =>
  NAMES[measurand] ?? measurand.replaceAll(".", " ");

const UNITS: Record<string, { unit: string; factor: number; digits: number }> = {
  W: { unit: "kW", factor: 1e-3, digits: 2 },
  var: { unit: "kvar", factor: 1e-3, digits: 2 },
  Wh: { unit: "kWh", factor: 1e-3, digits: 2 },
  varh: { unit: "kvarh", factor: 1e-3, digits: 2 },
  Percent: { unit: "%", factor: 1, digits: 0 },
  Celsius: { unit: "°C", factor: 1, digits: 1 },
  Hertz: { unit: "Hz", factor: 1, digits: 2 },
};

/** The unit on the screen for a base unit, and how the stored value becomes it. */
export const shownIn = (unit: string | null) =>
  UNITS[unit ?? ""] ?? { unit: unit ?? "", factor: 1, digits: unit ? 1 : 2 };

const SIZES: [seconds: number, one: string, many: string][] = [
  [86_400, "day", "days"],
  [3_600, "hour", "hours"],
  [60, "minute", "minutes"],
];

/** How many of which unit a step is: 900 s are 15 minutes. */
function stepSize(step_s: number): [count: number, one: string, many: string] {
  const [seconds, one, many] = SIZES.find(([size]) => step_s % size === 0) ?? [1, "second", "seconds"];
  return [step_s / seconds, one, many];
}

/** "every sample", "one point per 2 minutes", "one point per hour". */
export function stepWords({ tier, step_s }: Pick<History, "tier" | "step_s">): string {
  if (tier === "raw") return "every sample";
  if (step_s === null) return `one point per ${tier}`;
  const [count, one, many] = stepSize(step_s);
  return `one point per ${count === 1 ? one : `${count} ${many}`}`;
}

/** What a mean is of: "a whole hour", "15 whole minutes". */
export function wholeStep(step_s: number): string {
  const [count, one, many] = stepSize(step_s);
  return count === 1 ? `a whole ${one}` : `${count} whole ${many}`;
}

/** The same thing measured at several places is shown from the one closest to the driver. */
export function linesShown(lines: HistoryLine[], connector: number): HistoryLine[] {
  const byPhase = new Map<string, HistoryLine>();
  for (const line of lines) {
    if (line.connector_id !== connector) continue;
    const other = byPhase.get(line.phase ?? "");
    if (!other || closeness(line.location) < closeness(other.location)) byPhase.set(line.phase ?? "", line);
  }
  return [...byPhase.values()].sort((a, b) => (a.phase ?? "").localeCompare(b.phase ?? ""));
}

export const lineName = (line: HistoryLine): string => phaseName(line.phase);

/** Columns for uPlot: times, then for each line mean, lowest, highest. A point that stands for a step lies in its middle. */
export function columnsOf(
  lines: HistoryLine[],
  { tier, step_s }: Pick<History, "tier" | "step_s">,
  factor: number,
): uPlot.AlignedData {
  const later = tier === "raw" ? 0 : (step_s ?? 0) / 2;
  const scaled = (value: number | null) => (value === null ? null : value * factor);
  const tables = lines.map(({ points }): uPlot.AlignedData => {
    const x: number[] = [];
    const columns: [(number | null)[], (number | null)[], (number | null)[]] = [[], [], []];
    for (const { at, min, mean, max } of points) {
      const isGap = mean === null;
      const time = Date.parse(at) / 1000 + (isGap ? 0 : later);
      // A gap that begins inside the step before must not stand before its middle.
      x.push(Math.max(time, (x.at(-1) ?? Number.NEGATIVE_INFINITY) + 0.001));
      columns[0].push(scaled(mean));
      columns[1].push(scaled(min));
      columns[2].push(scaled(max));
    }
    return [x, ...columns];
  });
  if (tables.length === 0) return [[]];
  return tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables);
}
