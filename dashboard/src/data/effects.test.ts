// Commands in words, and what the sessions show of their effect.
import { actionInWords, commandInWords } from "./commandWords";
import { begunBy, withEffect } from "./effects";
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

const words = (one: Command, second = 2) => commandInWords(one, NOW + second * 1000).text;

test("a start that was accepted waits for its session, but not for ever", () => {
  expect(words(command())).toBe("Accepted, waiting for the session to start");
  expect(words(command(), 600)).toBe("Accepted");
});

test("the session that began on that connector is the effect of the start", () => {
  const sessions = [
    session({ id: 3, started_at: at(90) }),
    session({ id: 2, connector_id: 2 }),
    session({ id: 1 }),
  ];
  expect(begunBy(command(), sessions)?.id).toBe(1);
  expect(words(withEffect(command(), sessions))).toBe("Accepted, the session has started");
});

test("a session of long before or after is not", () => {
  expect(begunBy(command(), [session({ started_at: at(-3600) })])).toBeUndefined();
  expect(begunBy(command(), [session({ started_at: at(3600) })])).toBeUndefined();
});

test("a stop has worked when its session has ended", () => {
  const stop = command({ action: "RemoteStopTransaction", payload: { transactionId: 9 } });
  expect(withEffect(stop, [session({})]).effect).toBeNull();
  expect(words(withEffect(stop, [session({ stopped_at: at(3) })]))).toBe("Accepted, the session has stopped");
});

test("what the server says of the effect is not overruled", () => {
  const told = command({ effect: "no_effect" });
  expect(words(withEffect(told, [session({})]))).toBe("Accepted, but nothing happened");
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
  for (const state of states) expect(words(command({ state }))).not.toBe(state);
  expect(words(command({ state: "error", error: { code: "NotSupported", description: null } }))).toBe(
    "Error: NotSupported",
  );
});

test("an action without words of its own is parted into words", () => {
  expect(actionInWords("GetConfiguration")).toBe("Get configuration");
});
