// How live news changes what REST answered: pure functions from (what was known, news) to what is known.
import type { CommandData, LiveMessage, SessionEventData, StatusData } from "wattdeck-client";
import type { ChargePoint, Session } from "./shapes";
import { isAvailable, summaryStatus, wholeStatus } from "./status";

/** The items of a message, whether it is one delta or a snapshot; nothing for gaps, errors and the like. */
export function newsOf<T>(message: LiveMessage<T | T[]>): T[] {
  if (message.kind && message.kind !== "snapshot") return [];
  return Array.isArray(message.data) ? message.data : [message.data];
}

export function withStatus(chargePoint: ChargePoint, news: StatusData, now: string): ChargePoint {
  const next = { ...chargePoint, connected: news.connected };
  // A charge point that goes away was last seen before, not now.
  if (news.connected && !chargePoint.connected) next.connected_at = now;
  if (!news.connected && chargePoint.connected) next.disconnected_at = now;
  const before = chargePoint.connectors.find((c) => c.connector_id === news.connector_id);
  // About connector 0 there are two kinds of news: its own status, and that the charge point came or went.
  const isPresence = news.connector_id === 0 && !before && news.connected !== chargePoint.connected;
  if (news.status && !isPresence) {
    const connector = {
      connector_id: news.connector_id,
      evse_id: before?.evse_id ?? null,
      status: news.status,
      error_code: news.error_code,
      info: news.info,
      vendor_error_code: news.vendor_error_code,
      updated_at: news.timestamp ?? now,
    };
    next.connectors = [...chargePoint.connectors.filter((c) => c !== before), connector].sort(
      (a, b) => a.connector_id - b.connector_id,
    );
    next.status = wholeStatus(next.connectors);
  }
  next.summary_status = summaryStatus(next.connectors, next.status);
  next.available = isAvailable(next);
  return next;
}

export const seen = (chargePoint: ChargePoint, now: string): ChargePoint => ({
  ...chargePoint,
  last_seen_at: now,
});

/** Changes the charge points the news is about and leaves every other object as it is, so that only their rows draw again. */
export function withStatuses(
  list: ChargePoint[],
  news: StatusData[],
  now: string,
  fresh: boolean,
): ChargePoint[] {
  const about = new Map<string, StatusData[]>();
  for (const item of news) {
    const those = about.get(item.charge_point);
    if (those) those.push(item);
    else about.set(item.charge_point, [item]);
  }
  if (about.size === 0) return list;
  return list.map((chargePoint) => {
    const mine = about.get(chargePoint.identifier);
    if (!mine) return chargePoint;
    const next = mine.reduce((known, item) => withStatus(known, item, now), chargePoint);
    return fresh && next.connected ? seen(next, now) : next;
  });
}

export const isOpen = (session: Session): boolean =>
  session.stopped_at === null && session.status === "active";

/** Sessions newest first, each once; what the news says about a session replaces what was known of it. */
export function withSessions(known: Session[], news: Session[], keep: number): Session[] {
  if (news.length === 0) return known;
  const byId = new Map(known.map((session) => [session.id, session]));
  for (const session of news) byId.set(session.id, { ...byId.get(session.id), ...session });
  // Nobody new: the order stays. Of thousands that run, each with news once a second, that is nearly always so.
  if (byId.size === known.length && known.length <= keep) return [...byId.values()];
  const newestFirst = (a: Session, b: Session) =>
    Date.parse(b.started_at) - Date.parse(a.started_at) || b.id - a.id;
  return [...byId.values()].sort(newestFirst).slice(0, keep);
}

/** Messages in two: what the latest snapshot says, if there is one, and what was news after it. */
export function sinceSnapshot<T>(messages: LiveMessage<T | T[]>[]): { whole: T[] | null; news: T[] } {
  const at = messages.findLastIndex(({ kind }) => kind === "snapshot");
  const snapshot = messages[at];
  return { whole: snapshot ? newsOf(snapshot) : null, news: messages.slice(at + 1).flatMap(newsOf) };
}

/** The sessions that run: a snapshot replaces them, deltas add, change and remove. All messages at once: each takes as long as there are sessions. */
export function withRunning(
  known: Session[],
  messages: LiveMessage<SessionEventData | SessionEventData[]>[],
): Session[] {
  const { whole, news } = sinceSnapshot(messages);
  const sessions = [...(whole ?? []), ...news].map(({ session }) => session);
  return withSessions(whole ? [] : known, sessions, Number.POSITIVE_INFINITY).filter(isOpen);
}

/** How far a command has come: under way, settled, and what it promised was seen or was not. */
const progress = ({ finished_at, effect }: CommandData): number =>
  finished_at === null ? 0 : effect === "pending" ? 1 : 2;

/** The latest commands, newest first. A state never goes back: a slow answer must not undo what the stream already told. */
export function withCommands(known: CommandData[], news: CommandData[], keep: number): CommandData[] {
  const byId = new Map(known.map((command) => [command.id, command]));
  for (const command of news) {
    const before = byId.get(command.id);
    if (before && progress(before) > progress(command)) continue;
    byId.set(command.id, { ...before, ...command });
  }
  const newestFirst = (a: CommandData, b: CommandData) =>
    Date.parse(b.created_at) - Date.parse(a.created_at) || Number(b.id) - Number(a.id);
  return [...byId.values()].sort(newestFirst).slice(0, keep);
}

export interface Running {
  power_w: number | null;
  energy_wh: number | null;
  count: number;
}

/** What the running sessions of each charge point add up to. */
export function runningByChargePoint(sessions: Session[]): Map<string, Running> {
  const sums = new Map<string, Running>();
  const add = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : a + b);
  for (const { charge_point, power_w, energy_wh } of sessions) {
    const sum = sums.get(charge_point) ?? { power_w: null, energy_wh: null, count: 0 };
    sums.set(charge_point, {
      power_w: add(sum.power_w, power_w),
      energy_wh: add(sum.energy_wh, energy_wh),
      count: sum.count + 1,
    });
  }
  return sums;
}
