// What happened lately, newest first, as it happens; each row leads to the page that tells more.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import {
  type Happening,
  kindOf,
  moreOf,
  placeOfHappening,
  titleOf,
  VIEW_NAMES,
  VIEWS,
  type View,
} from "../data/activity";
import { useActivity } from "../data/activityQueries";
import { useNow } from "../live/now";
import { age } from "../units";
import css from "./ActivityPanel.module.css";
import { Icon, type IconName } from "./icons";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

const ICONS: Record<string, IconName> = {
  ...{ session_started: "play", session_stopped: "finishing", faulted: "fault", recovered: "available" },
  ...{ connected: "online", disconnected: "offline", command: "send" },
  ...{
    alert_fired: "bell",
    alert_fired_again: "bell",
    alert_acknowledged: "hand",
    alert_resolved: "available",
  },
};
const TONES: Record<string, string> = {
  ...{ faulted: "bad", alert_fired: "bad", alert_fired_again: "bad", disconnected: "wait" },
  ...{ recovered: "good", alert_resolved: "good", connected: "good", session_started: "busy" },
};
const VIEW_CHOICES = (Object.keys(VIEWS) as View[]).map((value) => ({ value, label: VIEW_NAMES[value] }));

export function ActivityPanel() {
  const [view, setView] = useState<View>("all");
  const activity = useActivity(view);
  const now = useNow();
  return (
    <section className={`panel ${css.panel}`} aria-label="Activity">
      <div className="panel-head">
        <h2 className="panel-title">Activity</h2>
        <SegmentedControl
          className={`push ${css.views}`}
          size="xs"
          aria-label="Which activity"
          value={view}
          onChange={(value) => setView(value as View)}
          data={VIEW_CHOICES}
        />
      </div>
      <Age query={activity} />
      <Waiting query={activity} what="What happened lately" rows={6} />
      {activity.data?.length === 0 && <Notice icon="clock" title="Nothing has happened yet" />}
      {activity.data && activity.data.length > 0 && (
        <ul className={css.list}>
          {activity.data.map((one) => (
            <Row key={keyOf(one)} one={one} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}

const keyOf = ({ event, at, charge_point, connector_id, session_id, alert_id, command_id }: Happening) =>
  [event, charge_point, connector_id, session_id ?? alert_id ?? command_id, session_id ? "" : at].join(" ");

function Row({ one, now }: { one: Happening; now: number }) {
  const more = moreOf(one);
  return (
    <li className={css.row} data-tone={TONES[one.event]} data-kind={kindOf(one)}>
      <Icon name={ICONS[one.event] ?? "info"} />
      <div className={css.what}>
        <Link href={placeOfHappening(one)} className={css.title}>
          {titleOf(one)}
        </Link>
        {more && <span className={`muted ${css.more}`}>{more}</span>}
      </div>
      <div className={css.where}>
        {one.charge_point ?? "All together"}
        {one.connector_id !== null && one.connector_id > 0 && ` · ${one.connector_id}`}
      </div>
      <div className={`muted ${css.when}`}>{age(one.at, now)}</div>
    </li>
  );
}
