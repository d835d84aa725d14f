// What alert rules can look at, by kind of rule, and in which unit it is written.
import type { Kind } from "./rules";

const MEASURANDS = [
  "Current.Export",
  "Current.Import",
  "Current.Offered",
  "Energy.Active.Export.Interval",
  "Energy.Active.Export.Register",
  "Energy.Active.Import.Interval",
  "Energy.Active.Import.Register",
  "Energy.Reactive.Export.Interval",
  "Energy.Reactive.Export.Register",
  "Energy.Reactive.Import.Interval",
  "Energy.Reactive.Import.Register",
  "Frequency",
  "Power.Active.Export",
  "Power.Active.Import",
  "Power.Factor",
  "Power.Offered",
  "Power.Reactive.Export",
  "Power.Reactive.Import",
  "RPM",
  "SoC",
  "Temperature",
  "Voltage",
];
const NUMBERS = [
  "session_age_s",
  "session_energy_wh",
  "phase_balance",
  "clock_offset_s",
  "unanswered_commands",
  "certificate_days_left",
  "disk_free_bytes",
  "waiting_rows",
  "alerts_lag_s",
  "failed_deliveries",
];
const WORDS = ["status", "error_code", "connection", "site_connection", "file_job"];
const HAPPENINGS = ["connected", "booted", "unknown_tag", "register_odd", "security_event", "sampled"];

export interface SignalGroup {
  group: string;
  items: string[];
}

const MEASURED = { group: "Measured", items: MEASURANDS };
const COUNTED = { group: "Happens", items: HAPPENINGS };
const OTHERS = { group: "Other numbers", items: NUMBERS };

/** What a rule of a kind can look at. */
export function signalsOf(kind: Kind): SignalGroup[] {
  if (kind === "word" || kind === "sequence") return [{ group: "Words", items: WORDS }];
  if (kind === "count") return [COUNTED];
  if (kind === "missing") return [COUNTED, MEASURED, OTHERS];
  return [MEASURED, OTHERS];
}

export const measurands = (): string[] => MEASURANDS;

const UNITS: [start: string, unit: string][] = [
  ["Current", "A"],
  ["Energy.Active", "Wh"],
  ["Energy.Reactive", "varh"],
  ["Frequency", "Hertz"],
  ["Power.Factor", ""],
  ["Power.Reactive", "var"],
  ["Power", "W"],
  ["SoC", "Percent"],
  ["Temperature", "Celsius"],
  ["Voltage", "V"],
  ["session_energy_wh", "Wh"],
  ["certificate_days_left", "d"],
  ["disk_free_bytes", "B"],
];

/** The unit in which a rule's numbers are written: that of the signal, whatever a charge point sends. */
export const unitOf = (signal: string): string =>
  UNITS.find(([start]) => signal.startsWith(start))?.[1] ?? (signal.endsWith("_s") ? "s" : "");
