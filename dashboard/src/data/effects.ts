// The session that a remote start led to: the answer "accepted" is only a promise.
import { isStart } from "./commandWords";
import type { Command, Session } from "./shapes";

/** The charge point's clock may be a little behind ours, and a driver needs a moment to plug in. */
const EARLIEST_MS = 30_000;
const LATEST_MS = 120_000;

const payloadOf = (command: Command) => (command.payload ?? {}) as Record<string, unknown>;

/** The session a remote start led to. */
export function begunBy(command: Command, sessions: Session[]): Session | undefined {
  if (!isStart(command.action)) return undefined;
  const asked = Date.parse(command.created_at);
  const { connectorId } = payloadOf(command);
  // Newest first: the one that began soonest after the command is the last that fits.
  return sessions.findLast((session) => {
    const started = Date.parse(session.started_at);
    const fits = connectorId === undefined || connectorId === session.connector_id;
    return fits && started > asked - EARLIEST_MS && started < asked + LATEST_MS;
  });
}
