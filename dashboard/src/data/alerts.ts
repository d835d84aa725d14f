// Alerts in words and in order: what stands in a list, and how live news changes it. Pure.
import type { AlertData, AlertEventData, LiveMessage } from "wattdeck-client";
import { duration, fixed, times } from "../units";
import { measurandName, shownIn } from "./history";
import { sinceSnapshot } from "./merge";
import { CURRENT, phaseName, REGISTER } from "./readings";
import { apart } from "./words";

export type Alert = AlertData;
export type Severity = Alert["severity"];
export type AlertState = Alert["state"];

/** The gravest first. */
export const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];
export const SEVERITY_NAMES: Record<Severity, string> = {
  critical: "Critical",
  warning: "Warning",
  info: "Info",
};

/** Raised: it has fired and has not ended. */
export const isRaised = ({ state }: Alert): boolean => state === "firing" || state === "acknowledged";

/** Somebody should look at it: nobody has taken it up, and nothing keeps it quiet. */
export const callsForSomebody = (alert: Alert): boolean =>
  alert.state === "firing" && !alert.silenced && alert.hidden_by === null;

const since = (alert: Alert) => Date.parse(alert.raised_at ?? alert.began_at);

/** The gravest first, among those the ones that call for somebody, then the newest. */
export function inOrder(alerts: Alert[]): Alert[] {
  const weight = (alert: Alert) => 2 * SEVERITIES.indexOf(alert.severity) + (callsForSomebody(alert) ? 0 : 1);
  return [...alerts].sort((a, b) => weight(a) - weight(b) || since(b) - since(a) || b.id - a.id);
}

/** What is known of raised alerts, after some messages: a snapshot replaces it, changes add, change and remove. */
export function withAlerts(
  known: Alert[],
  messages: LiveMessage<AlertEventData | AlertEventData[]>[],
): Alert[] {
  const { whole, news } = sinceSnapshot(messages);
  if (!whole && news.length === 0) return known;
  const byId = new Map((whole ? whole.map(plain) : known).map((alert) => [alert.id, alert]));
  for (const each of news) {
    if (isRaised(each)) byId.set(each.id, plain(each));
    else byId.delete(each.id);
  }
  return [...byId.values()];
}

const plain = ({ event: _, ...alert }: AlertEventData): Alert => alert;

export interface Wanted {
  severity: Severity | null;
  rule: string | null;
  charge_point: string | null;
}

/** Those of a list that fit the filters. */
export const fitting = (alerts: Alert[], { severity, rule, charge_point }: Wanted): Alert[] =>
  alerts.filter(
    (alert) =>
      (severity === null || alert.severity === severity) &&
      (rule === null || alert.rule === rule) &&
      (charge_point === null || alert.charge_point === charge_point),
  );

export function countsOf(alerts: Alert[]): Record<Severity, number> {
  const counts = { critical: 0, warning: 0, info: 0 };
  for (const { severity } of alerts) counts[severity]++;
  return counts;
}

const SIGNALS: Record<string, string> = {
  session_age_s: "Session has run for",
  session_energy_wh: "Energy of the session",
  clock_offset_s: "Clock is off by",
  certificate_days_left: "Certificate expires in",
  phase_balance: "Weakest phase carries",
  unanswered_commands: "Commands without an answer",
  disk_free_bytes: "Disk free",
  alerts_lag_s: "Alerts are late by",
  waiting_rows: "Rows waiting",
  failed_deliveries: "Failed deliveries",
  status: "Status",
  error_code: "Error",
  connection: "Connection",
  site_connection: "Connection of the site",
  file_job: "File transfer",
  connected: "Connected anew",
  booted: "Booted",
  unknown_tag: "Unknown tags",
  security_event: "Security event",
  register_odd: "Register fell or jumped",
  sampled: "Meter values",
};

/** What a signal is called: a measurand's name, or that of one of ours. */
export const signalName = (signal: string): string => SIGNALS[signal] ?? measurandName(signal);

const HAPPENINGS = ["connected", "booted", "unknown_tag", "security_event", "register_odd"];
export const isHappening = (signal: string): boolean => HAPPENINGS.includes(signal);

/** A value as exactly as it is: 50 001 W are 50.001 kW, not 50.00. */
export function exactly(value: number, unit: string, signal = ""): string {
  if (signal === "phase_balance") return `${fixed(100 * value, 0)}\u00a0% of the others`;
  if (unit.endsWith("/s")) return `${exactly(value, unit.slice(0, -2), signal)}/s`;
  if (unit === "s") return `${value < 0 ? "−" : ""}${duration(Math.abs(value))}`;
  if (unit === "d") return `${fixed(value, 0)}\u00a0days`;
  const shown = unit === "B" ? { unit: "GB", factor: 1e-9 } : shownIn(unit);
  const digits = Number((value * shown.factor).toPrecision(6));
  const decimals = Math.min(6, String(digits).split(".")[1]?.length ?? 0);
  return `${fixed(digits, decimals)}${shown.unit && `\u00a0${shown.unit}`}`;
}

/** A rule's name in words: "Connector faulted". */
export const ruleTitle = (rule: string): string => {
  const words = rule.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The figure or word that was bad, beside the rule's title: "50.001 kW", "Status: Faulted". */
export function badWords(alert: Alert): string | null {
  const name = signalName(alert.signal);
  // What is said last of one that has ended is what was good again.
  const value = alert.peak ?? alert.value;
  if (alert.word !== null && (value === null || isHappening(alert.signal)))
    return alert.state === "resolved" ? null : `${name}: ${apart(alert.word)}`;
  if (value === null) return null;
  if (isHappening(alert.signal)) return `${name}, ${times(value)}`;
  // Beside a value stands what it is compared with; or that it is a rate, which its unit says.
  const other = alert.word === null || alert.unit.endsWith("/s") ? "" : ` of ${signalName(alert.word)}`;
  const said = `${exactly(value, alert.unit, alert.signal)}${other}`;
  return name.toLowerCase() === ruleTitle(alert.rule).toLowerCase() ? said : `${name} ${said}`;
}

export const limitWords = ({ limit, unit, signal }: Alert): string | null =>
  limit === null ? null : `limit ${exactly(limit, unit, signal)}`;

/** Which part of a charge point it is about: "Connector 1 · L2", nothing where it is the whole. */
export function partOf({ charge_point, connector_id, phase, location }: Alert): string {
  if (charge_point === null) return "";
  return [
    connector_id === null || connector_id === 0 ? null : `Connector ${connector_id}`,
    phase && phaseName(phase),
    location === "Outlet" ? null : location,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** At which site the charge point is that it is about. */
export const siteOf = ({ charge_point, site }: Alert): string | null => (charge_point === null ? null : site);

/** Whom it is about where no charge point is: the site, or the server itself. */
export const subjectName = ({ charge_point, site }: Alert): string =>
  charge_point ?? (site === null ? "This server" : `Site ${site}`);

export interface Change {
  what: string;
  at: string;
  by: string | null;
  detail: string | null;
  value: number | null;
}

const CHANGES: Record<string, string> = {
  began: "Began",
  fired: "Fired",
  fired_again: "Fired again",
  updated: "New worst value",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
  no_data: "No data any more",
  data_again: "Data again",
  silenced: "Silenced",
  unsilenced: "Not silenced any more",
  inhibited: "Hidden behind another alert",
  uninhibited: "Not hidden any more",
  notified: "Told",
  reminded: "Reminded",
  escalated: "Escalated",
};

export const changeName = (what: string): string => CHANGES[what] ?? apart(what);

const SHOWN_INSTEAD: Record<string, string> = {
  phase_balance: CURRENT,
  session_energy_wh: REGISTER,
  register_odd: REGISTER,
};

const MEASURED = /^(Current|Energy|Frequency|Power|RPM|SoC|Temperature|Voltage)/;

/** Which measurand's picture shows what was wrong; null where none does. */
export function shownMeasurand({ charge_point, signal, measurand }: Alert): string | null {
  if (charge_point === null) return null;
  return measurand ?? SHOWN_INSTEAD[signal] ?? (MEASURED.test(signal) ? signal : null);
}
