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
      change((known) => withStatus(known, news, new Date().toISOString()));
    };
    const onSession = (session: SessionData) => {
      queries.setQueryData<Session[]>(keys.sessionsOf(identifier), (known) =>
        withSessions(known ?? [], [session], SESSIONS_SHOWN),
      );
      change((known) => ({
        ...seen(known, new Date().toISOString()),
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

/** The samples of one charge point: the window asked for from REST, then live; after an outage the missed ones from REST again. */
export function useSeries(identifier: string, exists: boolean, windowSeconds: number): SeriesStore {
  const live = useLive();
  const state = useConnectionState();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another charge point is another store.
  const store = useMemo(() => new SeriesStore(KEEP_SECONDS), [identifier]);

  useEffect(() => {
    if (!live || !exists) return;
    return subscribeToMeterValues(live, identifier, { onMeterValue: (sample) => store.add([sample]) });
  }, [live, identifier, exists, store]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `state` is the reason to ask again, not an ingredient.
  useEffect(() => {
    if (!exists) return;
    const abort = new AbortController();
    const now = Date.now() / 1000;
    const from =
      store.coversFrom !== null && store.coversFrom <= now - windowSeconds
        ? store.coversTo
        : now - windowSeconds;
    samplesSince(identifier, from - OVERLAP_SECONDS, null, (samples) => store.add(samples), abort.signal)
      .then(() => store.covered(from, now))
      // Without an answer the charts begin with what comes live; the next reconnect asks again.
      .catch(() => {});
    latestSamples(identifier, abort.signal)
      .then((samples) => store.add(samples))
      .catch(() => {});
    return () => abort.abort();
  }, [identifier, exists, store, windowSeconds, state]);

  useSyncExternalStore(store.subscribe, store.getVersion);
  return store;
}
