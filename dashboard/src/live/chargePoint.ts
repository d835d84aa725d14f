// Live news about one charge point into the answers that its page shows; its samples into a series store.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import {
  type CommandData,
  type LiveMessage,
  type SessionData,
  type StatusData,
  subscribeToChargePointStatus,
  subscribeToMeterValues,
  subscribeToSessions,
  topics,
} from "wattdeck-client";
import { serverNow } from "../data/clock";
import { isOpen, newsOf, seen, withCommands, withSessions, withStatus } from "../data/merge";
import { COMMANDS_SHOWN, keys, latestSamples, SESSIONS_SHOWN, samplesSince } from "../data/queries";
import { SeriesStore } from "../data/series";
import type { ChargePoint, Command, Session } from "../data/shapes";
import { useConnectionState, useLive } from "./feed";

/** `exists`: whether the server knows it already; a topic about nobody would be refused. */
export function useChargePointNews(identifier: string, exists: boolean): void {
  const live = useLive();
  const queries = useQueryClient();
  useEffect(() => {
    if (!live || !exists) return;
    const change = (how: (known: ChargePoint) => ChargePoint) =>
      queries.setQueryData<ChargePoint>(keys.chargePoint(identifier), (known) => known && how(known));

    const onStatusChange = (news: StatusData) => {
      change((known) => withStatus(known, news, new Date(serverNow()).toISOString()));
    };
    const onSession = (session: SessionData) => {
      queries.setQueryData<Session[]>(keys.sessionsOf(identifier), (known) =>
        withSessions(known ?? [], [session], SESSIONS_SHOWN),
      );
      change((known) => ({
        ...seen(known, new Date(serverNow()).toISOString()),
        current_session: isOpen(session)
          ? session
          : known.current_session?.id === session.id
            ? null
            : known.current_session,
      }));
    };
    const onCommand = (message: LiveMessage<CommandData | CommandData[]>) =>
      queries.setQueryData<Command[]>(keys.commandsOf(identifier), (known) =>
        withCommands(known ?? [], newsOf(message), COMMANDS_SHOWN),
      );

    const stop = [
      subscribeToChargePointStatus(live, identifier, { onStatusChange }),
      subscribeToSessions(live, identifier, {
        onSessionStarted: onSession,
        onSessionUpdated: onSession,
        onSessionStopped: onSession,
      }),
      live.subscribe<CommandData | CommandData[]>(topics.commands(identifier), onCommand),
    ];
    return () => {
      for (const each of stop) each();
    };
  }, [live, queries, identifier, exists]);
}

/** The longest window a chart can show; older samples are let go. */
const KEEP_SECONDS = 3600;
/** Asked for once more after an outage: samples may have been stored late or out of order. */
const OVERLAP_SECONDS = 30;
/**
 * A charge point that was cut off sends what it kept in one go, faster than the throttled stream hands on; so what was
 * missed is asked for again when it has had time to arrive.
 */
const REFILL_AGAIN_SECONDS = [8, 25, 90];

/** The samples of one charge point: the window asked for from REST, then live; after an outage the missed ones from REST again. */
export function useSeries(
  identifier: string,
  exists: boolean,
  connected: boolean,
  windowSeconds: number,
): SeriesStore {
  const live = useLive();
  const isLive = useConnectionState() === "live";
  // biome-ignore lint/correctness/useExhaustiveDependencies: another charge point is another store.
  const store = useMemo(() => new SeriesStore(KEEP_SECONDS), [identifier]);

  useEffect(() => {
    if (!live || !exists) return;
    return subscribeToMeterValues(live, identifier, { onMeterValue: (sample) => store.add([sample]) });
  }, [live, identifier, exists, store]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: that the charge point is back is a reason to ask, not an ingredient.
  useEffect(() => {
    const isRefill = store.coversFrom !== null;
    if (!exists || (isRefill && !isLive)) return;
    const abort = new AbortController();
    const start = serverNow() / 1000 - windowSeconds;
    const from = store.coversFrom !== null && store.coversFrom <= start ? store.coversTo : start;
    const fill = (isLast: boolean) => {
      const asked = serverNow() / 1000;
      samplesSince(identifier, from - OVERLAP_SECONDS, null, (samples) => store.add(samples), abort.signal)
        // Late ones may still come: only the last answer lets the next question begin later.
        .then(() => isLast && store.covered(from, asked))
        // Without an answer the charts go on with what comes live; the next reconnect asks again.
        .catch(() => {});
    };
    fill(!isRefill);
    latestSamples(identifier, abort.signal)
      .then((samples) => store.add(samples))
      .catch(() => {});
    const again = isRefill
      ? REFILL_AGAIN_SECONDS.map((seconds, index) =>
          setTimeout(fill, seconds * 1000, index === REFILL_AGAIN_SECONDS.length - 1),
        )
      : [];
    return () => {
      abort.abort();
      for (const timer of again) clearTimeout(timer);
    };
  }, [identifier, exists, connected, store, windowSeconds, isLive]);

  useSyncExternalStore(store.subscribe, store.getVersion);
  return store;
}
