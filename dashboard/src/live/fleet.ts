// Live news about all charge points into the answers that the overview shows.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  ALL,
  type LiveMessage,
  type SessionEventData,
  type StatsData,
  type StatusData,
  topics,
} from "wattdeck-client";
import { ofSession, ofStatus } from "../data/activity";
import { addHappenings } from "../data/activityQueries";
import { serverNow } from "../data/clock";
import { newsOf, seen, sinceSnapshot, withRunning, withStatuses } from "../data/merge";
import { keys, MOST_CHARGE_POINTS } from "../data/queries";
import type { ChargePoint, Session } from "../data/shapes";
import { gather, seldom } from "./batch";
import { useLive } from "./feed";

const REDRAW_EVERY = 250;
// An answer must have time to come before it is asked for again.
const ASK_EVERY = 5_000;

type StatusMessage = LiveMessage<StatusData | StatusData[]>;
type SessionMessage = LiveMessage<SessionEventData | SessionEventData[]>;

export function useFleetNews(): void {
  const live = useLive();
  const queries = useQueryClient();
  useEffect(() => {
    if (!live) return;

    const strangers = seldom(ASK_EVERY, () => queries.invalidateQueries({ queryKey: keys.chargePoints }));

    const statuses = gather<StatusMessage>(REDRAW_EVERY, (messages) => {
      const known = queries.getQueryData<ChargePoint[]>(keys.chargePoints);
      if (!known) return;
      const now = new Date(serverNow()).toISOString();
      const before = new Map(known.map((one) => [one.identifier, one]));
      const { whole, news } = sinceSnapshot(messages);
      addHappenings(
        queries,
        news.flatMap((item) => ofStatus(item, before.get(item.charge_point), now)),
      );
      const shown = whole ? withStatuses(known, whole, now, false) : known;
      queries.setQueryData(keys.chargePoints, withStatuses(shown, news, now, true));
      // Of more than are listed here, the others stay strangers.
      if (known.length >= MOST_CHARGE_POINTS) return;
      const names = new Set(known.map((chargePoint) => chargePoint.identifier));
      if ([...(whole ?? []), ...news].some((item) => !names.has(item.charge_point))) strangers.call();
    });

    const sessions = gather<SessionMessage>(REDRAW_EVERY, (messages) => {
      queries.setQueryData<Session[]>(keys.running, (known) => withRunning(known ?? [], messages));
      const deltas = messages.filter(({ kind }) => kind === undefined).flatMap(newsOf);
      addHappenings(queries, deltas.flatMap(ofSession));
      const about = new Set(
        messages
          .filter((m) => m.kind !== "snapshot")
          .flatMap((m) => newsOf(m).map((n) => n.session.charge_point)),
      );
      const now = new Date(serverNow()).toISOString();
      queries.setQueryData<ChargePoint[]>(keys.chargePoints, (known) =>
        known?.map((chargePoint) =>
          about.has(chargePoint.identifier) ? seen(chargePoint, now) : chargePoint,
        ),
      );
    });

    const stop = [
      live.subscribe<StatsData>(topics.stats, (message) => {
        if (!message.kind || message.kind === "snapshot") queries.setQueryData(keys.stats, message.data);
      }),
      live.subscribe<StatusData | StatusData[]>(topics.status(ALL), statuses.add),
      live.subscribe<SessionEventData | SessionEventData[]>(topics.sessions(ALL), sessions.add),
      statuses.stop,
      sessions.stop,
      strangers.stop,
    ];
    return () => {
      for (const each of stop) each();
    };
  }, [live, queries]);
}
