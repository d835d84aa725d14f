// Commands in words, and the session that a remote start led to.
import { actionInWords, commandInWords } from "./commandWords";
import { begunBy } from "./effects";
import type { Command, Session } from "./shapes";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const at = (second: number) => new Date(NOW + second * 1000).toISOString();

const command = (more: Partial<Command> = {}): Command => ({
  id: 1,
  charge_point: "A",
  action: "RemoteStartTransaction",
  payload: { connectorId: 1, idTag: "TAG" },
  state: "accepted",
  result: { status: "Accepted" },
  error: null,
  effect: null,
  created_at: at(0),
  sent_at: at(0),
  finished_at: at(1),
  ...more,
});

const session = (more: Partial<Session>): Session =>
  ({ id: 1, transaction_id: "9", connector_id: 1, started_at: at(5), stopped_at: null, ...more }) as Session;

const words = (more: Partial<Command>) => commandInWords(command(more)).text;

test("the session that began on that connector is the one that a start led to", () => {
  const sessions = [
    session({ id: 3, started_at: at(90) }),
    session({ id: 2, connector_id: 2 }),
    session({ id: 1 }),
  ];
  expect(begunBy(command(), sessions)?.id).toBe(1);
});

test("a session of long before or after is not", () => {
  expect(begunBy(command(), [session({ started_at: at(-3600) })])).toBeUndefined();
  expect(begunBy(command(), [session({ started_at: at(3600) })])).toBeUndefined();
});

test("an acceptance says whether it came true", () => {
  const stop = { action: "RemoteStopTransaction" };
  expect(words({ effect: "pending" })).toBe("Accepted, waiting for the session to start");
  expect(words({ effect: "confirmed" })).toBe("Accepted, the session has started");
  expect(words({ ...stop, effect: "pending" })).toBe("Accepted, waiting for the session to stop");
  expect(words({ ...stop, effect: "confirmed" })).toBe("Accepted, the session has stopped");
  expect(words({ action: "Reset", effect: "pending" })).toBe("Accepted, waiting for it to be seen");
  expect(words({ action: "Reset", effect: "no_effect" })).toBe("Accepted, but nothing happened");
  expect(words({ action: "ClearCache" })).toBe("Accepted");
});

test("every state has its sentence", () => {
  const states = [
    "queued",
    "sent",
    "rejected",
    "error",
    "timed_out",
    "expired",
    "cancelled",
    "connection_lost",
    "late",
    "offline",
  ];
  for (const state of states) expect(words({ state })).not.toBe(state);
  expect(words({ state: "error", error: { code: "NotSupported", description: null } })).toBe(
    "Error: NotSupported",
  );
});

test("an action without words of its own is parted into words", () => {
  expect(actionInWords("GetConfiguration")).toBe("Get configuration");
});
