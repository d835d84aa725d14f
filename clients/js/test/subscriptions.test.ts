// The callbacks by kind of news.
import {
  ALL,
  connect,
  delayBefore,
  type Live,
  subscribeToChargePointStatus,
  subscribeToMeterValues,
  subscribeToSessions,
  topics,
} from "../src/index.js";
import { FakeSocket } from "./fake_socket.js";

let live: Live;

beforeEach(() => {
  FakeSocket.all = [];
  live = connect({ url: "ws://test/live", openSocket: (url) => new FakeSocket(url) });
});

afterEach(() => live.close());

const opened = () => {
  FakeSocket.last.accept();
  return FakeSocket.last;
};

test("topics are named per charge point, and for everyone", () => {
  expect(topics.status("CP 1")).toBe("charge_point_CP 1_status");
  expect(topics.meterValues("7")).toBe("charge_point_7_meter_values");
  expect(topics.sessions(ALL)).toBe("charge_points_sessions");
});

test("a status comes from the snapshot and from each change", () => {
  const seen: string[] = [];
  subscribeToChargePointStatus(live, "A", {
    onStatusChange: (s) => seen.push(`${s.connector_id} ${s.status}`),
  });
  const socket = opened();
  socket.say({
    topic: "charge_point_A_status",
    seq: 1,
    kind: "snapshot",
    data: [
      { connector_id: 1, status: "Available" },
      { connector_id: 2, status: "Faulted" },
    ],
  });
  socket.say({ topic: "charge_point_A_status", seq: 2, data: { connector_id: 1, status: "Charging" } });
  socket.say({ topic: "charge_point_A_status", seq: 3, kind: "gap", data: { since: 1, oldest: 3 } });
  expect(seen).toEqual(["1 Available", "2 Faulted", "1 Charging"]);
});

test("sessions start, go on and stop, each with its own callback", () => {
  const seen: string[] = [];
  subscribeToSessions(live, "A", {
    onSessionStarted: (s) => seen.push(`started ${s.id}`),
    onSessionUpdated: (s) => seen.push(`updated ${s.id}`),
    onSessionStopped: (s) => seen.push(`stopped ${s.id}`),
  });
  const socket = opened();
  for (const event of ["started", "updated", "stopped"]) {
    socket.say({ topic: "charge_point_A_sessions", seq: 1, data: { event, session: { id: 5 } } });
  }
  expect(seen).toEqual(["started 5", "updated 5", "stopped 5"]);
});

test("a session that already runs is not announced as started again", () => {
  const seen: string[] = [];
  subscribeToSessions(live, "A", {
    onSessionStarted: () => seen.push("started"),
    onSessionUpdated: () => seen.push("updated"),
  });
  opened().say({
    topic: "charge_point_A_sessions",
    seq: 1,
    kind: "snapshot",
    data: [{ event: "started", session: { id: 5 } }],
  });
  expect(seen).toEqual(["updated"]);
});

test("a sample reaches the callback of what it measures, and the one for all", () => {
  const seen: string[] = [];
  const note = (name: string) => (sample: { value: unknown }) => seen.push(`${name} ${sample.value}`);
  subscribeToMeterValues(live, "A", {
    onMeterValue: note("any"),
    onEnergy: note("energy"),
    onPower: note("power"),
    onVoltage: note("voltage"),
    onCurrent: note("current"),
    onTemperature: note("temperature"),
    onSoC: note("soc"),
  });
  const socket = opened();
  const measurands = [
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Voltage",
    "Current.Import",
    "Temperature",
    "SoC",
    "Frequency",
    "Power.Factor",
  ];
  measurands.forEach((measurand, value) => {
    socket.say({ topic: "charge_point_A_meter_values", seq: value, data: { measurand, value } });
  });
  expect(seen.filter((entry) => !entry.startsWith("any"))).toEqual([
    "energy 0",
    "power 1",
    "voltage 2",
    "current 3",
    "temperature 4",
    "soc 5",
  ]);
  expect(seen.filter((entry) => entry.startsWith("any"))).toHaveLength(8);
});

test("the throttle of a subscription goes to the server", async () => {
  subscribeToMeterValues(live, ALL, {}, { throttleSeconds: 5 });
  expect(opened().heard).toEqual([
    { action: "subscribe", topics: ["charge_points_meter_values"], throttle_s: 5 },
  ]);
});

test("the back-off doubles, is jittered over its second half, and ends at the most", () => {
  const backoff = { first: 1, most: 10 };
  expect(delayBefore(0, backoff, () => 0)).toBe(500);
  expect(delayBefore(0, backoff, () => 1)).toBe(1000);
  expect(delayBefore(2, backoff, () => 1)).toBe(4000);
  expect(delayBefore(9, backoff, () => 1)).toBe(10_000);
});

test("all measurands of the standard reach the callback of their kind", () => {
  const kinds: Record<string, string[]> = {
    energy: [
      ...["Active.Export", "Active.Import", "Reactive.Export", "Reactive.Import"].flatMap((each) => [
        `Energy.${each}.Register`,
        `Energy.${each}.Interval`,
      ]),
    ],
    power: ["Active.Export", "Active.Import", "Offered", "Reactive.Export", "Reactive.Import"].map(
      (each) => `Power.${each}`,
    ),
    current: ["Current.Export", "Current.Import", "Current.Offered"],
    voltage: ["Voltage"],
    temperature: ["Temperature"],
    soc: ["SoC"],
    none: ["Frequency", "Power.Factor", "RPM"],
  };
  const seen: string[] = [];
  const note = (name: string) => (sample: { measurand: string }) => seen.push(`${name} ${sample.measurand}`);
  subscribeToMeterValues(live, "A", {
    onEnergy: note("energy"),
    onPower: note("power"),
    onVoltage: note("voltage"),
    onCurrent: note("current"),
    onTemperature: note("temperature"),
    onSoC: note("soc"),
  });
  const socket = opened();
  const data = Object.values(kinds)
    .flat()
    .map((measurand) => ({ measurand, value: 1 }));
  expect(data).toHaveLength(22);
  socket.say({ topic: "charge_point_A_meter_values", seq: 1, kind: "snapshot", data });
  const wanted = Object.entries(kinds).flatMap(([kind, each]) => each.map((name) => `${kind} ${name}`));
  expect(seen).toEqual(wanted.filter((entry) => !entry.startsWith("none")));
});

test("a gap and a refusal are told to whoever wants to know", () => {
  const seen: string[] = [];
  const callbacks = { onGap: () => seen.push("gap"), onError: (detail: string) => seen.push(detail) };
  subscribeToChargePointStatus(live, "A", callbacks);
  subscribeToSessions(live, "A", callbacks);
  subscribeToMeterValues(live, "A", callbacks);
  const socket = opened();
  for (const kind of ["status", "sessions", "meter_values"]) {
    const topic = `charge_point_A_${kind}`;
    socket.say({ topic, seq: 1, kind: "gap", data: { since: 0, oldest: 1 } });
    socket.say({ topic, seq: 1, kind: "error", data: { detail: `no ${kind}` } });
  }
  expect(seen).toEqual(["gap", "no status", "gap", "no sessions", "gap", "no meter_values"]);
});

test("a subscription that is ended calls back no more", () => {
  const seen: unknown[] = [];
  const stop = subscribeToChargePointStatus(live, ALL, { onStatusChange: (status) => seen.push(status) });
  const socket = opened();
  stop();
  socket.say({ topic: "charge_points_status", seq: 1, data: { connector_id: 1 } });
  expect(seen).toEqual([]);
});
