// Live news about alerts into the answers that the pages show; heard as long as somebody is logged in, for the number beside "Alerts".
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ALL, type AlertEventData, type LiveMessage, topics } from "wattdeck-client";
import { ofAlert } from "../data/activity";
import { addHappenings } from "../data/activityQueries";
import { type AlertWithTimeline, alertKeys } from "../data/alertQueries";
import { type Alert, withAlerts } from "../data/alerts";
import { newsOf } from "../data/merge";
import { gather, seldom } from "./batch";
import { useLive } from "./feed";

const REDRAW_EVERY = 250;
// Lists that have pages are asked for anew: where alerts come all the time, an answer must have time to come, too.
const ASK_EVERY = 2_000;

type AlertMessage = LiveMessage<AlertEventData | AlertEventData[]>;

export function useAlertNews(): void {
  const live = useLive();
  const queries = useQueryClient();
  useEffect(() => {
    if (!live) return;
    const lists = seldom(ASK_EVERY, () => queries.invalidateQueries({ queryKey: alertKeys.lists }));
    const alerts = gather<AlertMessage>(REDRAW_EVERY, (messages) => {
      if (take(queries, messages)) lists.call();
    });
    const leave = live.subscribe<AlertEventData | AlertEventData[]>(topics.alerts(ALL), alerts.add);
    return () => {
      leave();
      alerts.stop();
      lists.stop();
    };
  }, [live, queries]);
}

/** Whether more than figures has changed. */
function take(queries: QueryClient, messages: AlertMessage[]): boolean {
  queries.setQueryData<Alert[]>(alertKeys.raised, (known) => withAlerts(known ?? [], messages));
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
  return changes.some(({ event }) => event !== "updated");
}
