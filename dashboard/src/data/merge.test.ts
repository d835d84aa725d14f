// Live news on top of what REST said.
import type { CommandData, SessionEventData, StatusData } from "wattdeck-client";
import {
  newsOf,
  runningByChargePoint,
  withCommands,
  withRunning,
  withSessions,
  withStatus,
  withStatuses,
} from "./merge";
import { left, matches } from "./rows";
import type { ChargePoint, Session } from "./shapes";

const NOW = "2026-03-04T12:00:00Z";

const chargePoint = (identifier: string, ...statuses: string[]): ChargePoint => ({
  id: 1,
  identifier,
  vendor: "Acme",
  model: "One",
  serial_number: "S-77",
  firmware_version: null,
  ocpp_version: "1.6",
  registration: "Accepted",
  connected: true,
  available: true,
  status: "Available",
  summary_status: statuses[0] ?? null,
  last_seen_at: "2026-03-04T11:00:00Z",
  last_heartbeat_at: null,
  connectors: statuses.map((status, index) => ({
    connector_id: index + 1,
    evse_id: index + 1,
    status,
    error_code: "NoError",
    info: null,
    vendor_error_code: null,
    updated_at: null,
  })),
  current_session: null,
});

const status = (charge_point: string, connector_id: number, word: string, connected = true): StatusData => ({
  charge_point,
  connector_id,
  status: word,
  error_code: "NoError",
  info: null,
  vendor_id: null,
  vendor_error_code: null,
  timestamp: NOW,
  connected,
});

const session = (id: number, more: Partial<Session> = {}): Session => ({
  id,
  transaction_id: String(id),
  charge_point: "A",
  connector_id: 1,
  id_tag: "TAG",
  status: "active",
  started_at: new Date(Date.parse(NOW) + id * 60_000).toISOString(),
  stopped_at: null,
  duration_s: 0,
  energy_wh: 0,
  energy_kwh: 0,
  power_w: null,
  soc: null,
  start_meter_wh: 0,
  stop_meter_wh: null,
  stop_reason: null,
  flags: [],
  ...more,
});

test("a connector's status changes that connector, the word for the whole, and nothing else", () => {
  const next = withStatus(chargePoint("A", "Available", "Unavailable"), status("A", 1, "Charging"), NOW);
  expect(next.connectors.map((c) => c.status)).toEqual(["Charging", "Unavailable"]);
  expect(next.connectors[0]?.evse_id).toBe(1);
  expect(next.summary_status).toBe("Charging");
  expect(next.status).toBe("Available");
  expect(next.available).toBe(false);
});

test("a connector that reports for the first time appears in its place", () => {
  const next = withStatus(chargePoint("A", "Available"), status("A", 2, "Available"), NOW);
  expect(next.connectors.map((c) => c.connector_id)).toEqual([1, 2]);
});

test("the status of connector 0 is the whole charge point's", () => {
  const next = withStatus(chargePoint("A", "Available"), status("A", 0, "Unavailable"), NOW);
  expect(next.status).toBe("Unavailable");
  expect(next.connectors.find((c) => c.connector_id === 1)?.status).toBe("Available");
  expect(next.summary_status).toBe("Available");
  expect(next.available).toBe(false);
});

test("where connector 0 never spoke, connectors that are all faulted make the whole faulted", () => {
  const next = withStatus(chargePoint("A", "Available"), status("A", 1, "Faulted"), NOW);
  expect(next.status).toBe("Faulted");
  expect(withStatus(next, status("A", 1, "Available"), NOW).status).toBe("Available");
});

test("a disconnect keeps the last statuses and makes the charge point unavailable", () => {
  const next = withStatus(chargePoint("A", "Available"), status("A", 0, "Available", false), NOW);
  expect(next.connected).toBe(false);
  expect(next.available).toBe(false);
  expect(next.connectors[0]?.status).toBe("Available");
  expect(next.disconnected_at).toBe(NOW);
});

test("news about one charge point leaves the objects of the others untouched", () => {
  const list = [chargePoint("A", "Available"), chargePoint("B", "Available")];
  const next = withStatuses(list, [status("B", 1, "Faulted")], NOW, true);
  expect(next[0]).toBe(list[0]);
  expect(next[1]?.connectors[0]?.status).toBe("Faulted");
  expect(next[1]?.last_seen_at).toBe(NOW);
});

test("a snapshot says what holds, not that somebody was just heard", () => {
  const list = [chargePoint("A", "Available")];
  expect(withStatuses(list, [status("A", 1, "Charging")], NOW, false)[0]?.last_seen_at).toBe(
    list[0]?.last_seen_at,
  );
});

test("gaps and errors carry no news", () => {
  expect(newsOf({ topic: "t", seq: 1, kind: "gap", data: [1] })).toEqual([]);
  expect(newsOf({ topic: "t", seq: 1, data: 1 })).toEqual([1]);
  expect(newsOf({ topic: "t", seq: 1, kind: "snapshot", data: [1, 2] })).toEqual([1, 2]);
});

test("sessions stay newest first, each once, and no more than are kept", () => {
  const known = [session(3), session(2), session(1)];
  const next = withSessions(known, [session(4), session(2, { energy_wh: 50 })], 3);
  expect(next.map((s) => [s.id, s.energy_wh])).toEqual([
    [4, 0],
    [3, 0],
    [2, 50],
  ]);
});

test("running sessions: a snapshot replaces, a start adds, a stop removes", () => {
  const message = (event: SessionEventData["event"], s: Session) => ({
    topic: "charge_points_sessions",
    seq: 1,
    data: { event, session: s },
  });
  const snapshot = {
    topic: "t",
    seq: 1,
    kind: "snapshot" as const,
    data: [{ event: "updated" as const, session: session(2) }],
  };
  let running = withRunning([session(1)], [snapshot]);
  expect(running.map((s) => s.id)).toEqual([2]);
  running = withRunning(running, [message("started", session(3))]);
  expect(running.map((s) => s.id)).toEqual([3, 2]);
  const stop = message("stopped", session(2, { stopped_at: NOW, status: "completed" }));
  running = withRunning(running, [stop]);
  expect(running.map((s) => s.id)).toEqual([3]);
  const all = [message("started", session(9)), snapshot, message("started", session(3)), stop];
  expect(withRunning([session(1)], all)).toEqual(running);
});

test("two sessions of one charge point add up; an unknown power is not a zero", () => {
  const sums = runningByChargePoint([
    session(1, { power_w: 7000, energy_wh: 100 }),
    session(2, { power_w: null, energy_wh: 50 }),
    session(3, { charge_point: "B", power_w: null, energy_wh: null }),
  ]);
  expect(sums.get("A")).toEqual({ power_w: 7000, energy_wh: 150, count: 2 });
  expect(sums.get("B")).toEqual({ power_w: null, energy_wh: null, count: 1 });
});

test("a command that is finished is not brought back by a slow answer", () => {
  const command = (state: string, finished_at: string | null): CommandData => ({
    id: 1,
    charge_point: "A",
    action: "RemoteStartTransaction",
    payload: {},
    state,
    result: null,
    error: null,
    effect: null,
    created_at: NOW,
    sent_at: null,
    finished_at,
  });
  const known = withCommands([], [command("accepted", NOW)], 10);
  expect(withCommands(known, [command("queued", null)], 10)[0]?.state).toBe("accepted");
});

test("an effect that was seen is not undone by a slow answer that still waits for it", () => {
  const command = (effect: string | null) => ({
    id: 9,
    charge_point: "DEPOT-001",
    action: "RemoteStopTransaction",
    payload: {},
    state: "accepted",
    result: null,
    error: null,
    effect,
    created_at: NOW,
    sent_at: NOW,
    finished_at: NOW,
  });
  const known = withCommands([], [command("pending"), command("confirmed")], 10);
  expect(withCommands(known, [command("pending")], 10)[0]?.effect).toBe("confirmed");
});

test("every word of a search must be found somewhere", () => {
  const row = { chargePoint: chargePoint("DEPOT-007", "Faulted"), running: undefined };
  expect(matches(row, "depot")).toBe(true);
  expect(matches(row, "acme faulted")).toBe(true);
  expect(matches(row, "acme charging")).toBe(false);
  expect(matches(row, "s-77")).toBe(true);
});

test("a filter and a search narrow the list together", () => {
  const rows = [
    { chargePoint: chargePoint("A", "Faulted"), running: undefined },
    { chargePoint: { ...chargePoint("B", "Available"), connected: false }, running: undefined },
    { chargePoint: chargePoint("C", "Charging"), running: { power_w: 1, energy_wh: 1, count: 1 } },
  ];
  const names = (...args: [string, Parameters<typeof left>[2]]) =>
    left(rows, ...args).map((row) => row.chargePoint.identifier);
  expect(names("", "All")).toEqual(["A", "B", "C"]);
  expect(names("", "Faulted")).toEqual(["A"]);
  expect(names("", "Offline")).toEqual(["B"]);
  expect(names(" ", "Charging")).toEqual(["C"]);
  expect(names("one", "Connected")).toEqual(["A", "C"]);
});
