// Live news about alerts into the answers that the pages show; heard as long as somebody is logged in, for the number beside "Alerts".
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ALL, type AlertEventData, type LiveMessage, topics } from "wattdeck-client";
import { ofAlert } from "../data/activity";
import { addHappenings } from "../data/activityQueries";
import { type AlertWithTimeline, alertKeys } from "../data/alertQueries";
import { type Alert, withAlerts } from "../data/alerts";
import { newsOf } from "../data/merge";
import { gather } from "./batch";
import { useLive } from "./feed";

const REDRAW_EVERY = 250;

type AlertMessage = LiveMessage<AlertEventData | AlertEventData[]>;

export function useAlertNews(): void {
  const live = useLive();
  const queries = useQueryClient();
  useEffect(() => {
    if (!live) return;
    const alerts = gather<AlertMessage>(REDRAW_EVERY, (messages) => take(queries, messages));
    const leave = live.subscribe<AlertEventData | AlertEventData[]>(topics.alerts(ALL), alerts.add);
    return () => {
      leave();
      alerts.stop();
    };
  }, [live, queries]);
}

function take(queries: QueryClient, messages: AlertMessage[]): void {
  queries.setQueryData<Alert[]>(alertKeys.raised, (known) => messages.reduce(withAlerts, known ?? []));
  const changes = messages.filter(({ kind }) => kind === undefined).flatMap(newsOf);
  addHappenings(queries, changes.flatMap(ofAlert));
  for (const { event, ...alert } of changes) {
    queries.setQueryData<AlertWithTimeline>(
      alertKeys.one(alert.id),
      (known) => known && { ...known, ...alert },
    );
    // Newer figures are all in the message; for anything else there is a new line in its timeline.
    if (event !== "updated") queries.invalidateQueries({ queryKey: alertKeys.one(alert.id), exact: true });
  }
  if (changes.some(({ event }) => event !== "updated"))
    queries.invalidateQueries({ queryKey: alertKeys.lists });
}
