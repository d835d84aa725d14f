// An alert in figures: the last and the worst value, the limit, how long, how often, who has taken it up.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { type Alert, exactly, isHappening, signalName } from "../data/alerts";
import { apart } from "../data/words";
import { inZone } from "../data/zones";
import { useNow } from "../live/now";
import { duration, fixed, times } from "../units";
import css from "./AlertFigures.module.css";

export function AlertFigures({ alert, zone }: { alert: Alert; zone: string }) {
  const now = useNow();
  const isOver = alert.cleared_at !== null;
  const words = (value: number | null) =>
    value === null
      ? null
      : isHappening(alert.signal)
        ? times(value)
        : exactly(value, alert.unit, alert.signal);
  const at = (time: string | null) => time && inZone(Date.parse(time), zone, MOMENT);
  const lasted = (isOver ? Date.parse(alert.cleared_at ?? "") : now) - Date.parse(alert.began_at);
  const figures: [string, ReactNode][] = [
    [signalName(alert.signal), isOver ? null : (words(alert.value) ?? (alert.word && apart(alert.word)))],
    ["Worst", words(alert.peak)],
    ["Limit", words(alert.limit)],
    ["Began", at(alert.began_at)],
    ["Fired", at(alert.raised_at)],
    ["Ended", at(alert.cleared_at)],
    [isOver ? "Lasted" : "Lasts for", duration(lasted / 1000)],
    ["How often", alert.count > 1 ? `${alert.count} times` : null],
    ["Bad values", alert.readings > 1 ? fixed(alert.readings, 0) : null],
    ["Acknowledged", alert.acknowledged_at && `${at(alert.acknowledged_at)} by ${alert.acknowledged_by}`],
    ["Note", alert.note],
    ["Session", alert.session_id !== null && <SessionLink id={alert.session_id} />],
  ];
  return (
    <section className={`panel ${css.panel}`} aria-label="Figures">
      <dl className={css.figures}>
        {figures
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function SessionLink({ id }: { id: number }) {
  return (
    <Link href={`/sessions/${id}`} className={css.link}>
      {id}
    </Link>
  );
}

const MOMENT: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};
