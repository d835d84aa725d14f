// Alerts in words, in order, and as live news changes them.
import type { AlertEventData } from "wattdeck-client";
import { spanOf } from "./alertQueries";
import {
  type Alert,
  badWords,
  callsForSomebody,
  countsOf,
  exactly,
  fitting,
  inOrder,
  limitWords,
  partOf,
  ruleTitle,
  shownMeasurand,
  siteOf,
  subjectName,
  withAlerts,
} from "./alerts";

const alert = (given: Partial<Alert> = {}): Alert => ({
  id: 1,
  rule: "power",
  severity: "warning",
  state: "firing",
  headline: "",
  charge_point: "CP-1",
  connector_id: 1,
  measurand: "Power.Active.Import",
  phase: null,
  location: "Outlet",
  site: null,
  session_id: null,
  signal: "Power.Active.Import",
  unit: "W",
  value: 50_001,
  peak: 50_001,
  word: null,
  limit: 50_000,
  count: 1,
  readings: 1,
  began_at: "2026-03-04T12:00:00Z",
  raised_at: "2026-03-04T12:00:00Z",
  acknowledged_at: null,
  acknowledged_by: null,
  cleared_at: null,
  updated_at: "2026-03-04T12:00:00Z",
  note: null,
  lacks_data: false,
  silenced: false,
  hidden_by: null,
  ...given,
});

const news = (event: string, given: Partial<Alert>): AlertEventData => ({ event, ...alert(given) });
const ids = (alerts: Alert[]) => alerts.map(({ id }) => id);

test("a value one watt beyond its limit is not rounded to the limit", () => {
  expect(badWords(alert())).toBe("50.001\u00a0kW");
  expect(limitWords(alert())).toBe("limit 50\u00a0kW");
});

test("values are said in the units of their kind", () => {
  expect(exactly(-11, "Celsius")).toBe("−11\u00a0°C");
  expect(exactly(206.4, "V")).toBe("206.4\u00a0V");
  expect(exactly(0.25, "", "phase_balance")).toBe("25\u00a0% of the others");
  expect(exactly(-125, "s")).toBe("−2\u00a0min");
  expect(exactly(536_870_912, "B")).toBe("0.536871\u00a0GB");
});

test("the worst value is said, and the name of what was measured where the rule does not say it", () => {
  expect(badWords(alert({ rule: "hot-garage", value: 50_100, peak: 62_000 }))).toBe("Power 62\u00a0kW");
});

test("words are said while they are bad, and counts as how often", () => {
  const faulted = { rule: "connector-faulted", signal: "status", value: null, peak: null, limit: null };
  expect(badWords(alert({ ...faulted, word: "Faulted" }))).toBe("Status: Faulted");
  expect(badWords(alert({ ...faulted, word: "Available", state: "resolved" }))).toBeNull();
  expect(badWords(alert({ rule: "boot-loop", signal: "booted", value: 4, peak: 4, unit: "" }))).toBe(
    "Booted, 4\u00a0times",
  );
  expect(badWords(alert({ rule: "register-odd", signal: "booted", value: 1, peak: 1, unit: "" }))).toBe(
    "Booted, once",
  );
});

test("a comparison is said as a share, a rate as so much a second", () => {
  const share = { rule: "derated", word: "Power.Offered", unit: "", value: 0.3, peak: 0.27, limit: 0.5 };
  expect(badWords(alert(share))).toBe("Power 0.27 of Power offered");
  expect(limitWords(alert(share))).toBe("limit 0.5");
  const rate = { rule: "surge", word: "per second", unit: "W/s", value: 2_000, peak: 2_500, limit: 1_000 };
  expect(badWords(alert(rate))).toBe("Power 2.5\u00a0kW/s");
  expect(limitWords(alert(rate))).toBe("limit 1\u00a0kW/s");
});

test("a rule's name becomes a title", () => {
  expect(ruleTitle("connector-faulted")).toBe("Connector faulted");
});

test("whom it is about: a part of a charge point, a site, the server", () => {
  expect(partOf(alert({ connector_id: 2, phase: "L2-N" }))).toBe("Connector 2 · L2");
  expect(partOf(alert({ connector_id: 0, location: "Body" }))).toBe("Body");
  expect(subjectName(alert({ charge_point: null, site: "North" }))).toBe("Site North");
  expect(siteOf(alert({ charge_point: null, site: "North" }))).toBeNull();
  expect(siteOf(alert({ site: "North" }))).toBe("North");
  expect(subjectName(alert({ charge_point: null }))).toBe("This server");
});

test("the gravest come first, what calls for somebody before what does not, the newest before the older", () => {
  const later = { raised_at: "2026-03-04T13:00:00Z" };
  const list = [
    alert({ id: 1, severity: "info" }),
    alert({ id: 2, state: "acknowledged", ...later }),
    alert({ id: 3 }),
    alert({ id: 4, ...later }),
    alert({ id: 5, severity: "critical", silenced: true }),
  ];
  expect(ids(inOrder(list))).toEqual([5, 4, 3, 2, 1]);
});

test("silenced, hidden and acknowledged ones call for nobody", () => {
  expect(callsForSomebody(alert())).toBe(true);
  for (const given of [{ silenced: true }, { hidden_by: 7 }, { state: "acknowledged" as const }])
    expect(callsForSomebody(alert(given))).toBe(false);
});

test("live news adds, changes and removes; a snapshot replaces", () => {
  const known = [alert({ id: 1 }), alert({ id: 2 })];
  const message = (data: AlertEventData | AlertEventData[]) => ({ topic: "alerts", seq: 1, data });
  expect(ids(withAlerts(known, [message(news("fired", { id: 3 }))]))).toEqual([1, 2, 3]);
  expect(ids(withAlerts(known, [message(news("resolved", { id: 1, state: "resolved" }))]))).toEqual([2]);
  const [changed] = withAlerts(known, [message(news("updated", { id: 1, value: 60_000 }))]);
  expect(changed?.value).toBe(60_000);
  expect(changed).not.toHaveProperty("event");
  const snapshot = { ...message([news("updated", { id: 9 })]), kind: "snapshot" as const };
  expect(ids(withAlerts(known, [message(news("fired", { id: 3 })), snapshot]))).toEqual([9]);
  expect(withAlerts(known, [{ ...message([]), kind: "gap" as const }])).toBe(known);
});

test("filters are by severity, rule and charge point", () => {
  const list = [alert({ id: 1 }), alert({ id: 2, rule: "voltage" }), alert({ id: 3, charge_point: "CP-2" })];
  expect(ids(fitting(list, { severity: null, rule: "power", charge_point: "CP-1" }))).toEqual([1]);
  expect(fitting(list, { severity: "info", rule: null, charge_point: null })).toEqual([]);
  expect(countsOf(list)).toEqual({ critical: 0, warning: 3, info: 0 });
});

test("the picture is of what was measured, or of what the signal is made of", () => {
  expect(shownMeasurand(alert())).toBe("Power.Active.Import");
  expect(shownMeasurand(alert({ measurand: null, signal: "SoC" }))).toBe("SoC");
  expect(shownMeasurand(alert({ measurand: null, signal: "phase_balance" }))).toBe("Current.Import");
  expect(shownMeasurand(alert({ measurand: null, signal: "status" }))).toBeNull();
  expect(
    shownMeasurand(alert({ charge_point: null, measurand: null, signal: "disk_free_bytes" })),
  ).toBeNull();
});

test("the picture shows some minutes around a short alert, a third of a long one, and never the future", () => {
  const at = (time: string) => Date.parse(`2026-03-04T${time}Z`);
  const now = at("18:00:00");
  expect(spanOf({ began_at: "2026-03-04T12:00:00Z", cleared_at: "2026-03-04T12:01:00Z" }, now)).toEqual([
    at("11:55:00"),
    at("12:06:00"),
  ]);
  expect(spanOf({ began_at: "2026-03-04T15:00:00Z", cleared_at: null }, now)).toEqual([at("14:00:00"), now]);
});
