// Alerts one below the other: what, whom, since when, how it stands, and the button that takes one up.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { type Alert, badWords, limitWords, partOf, ruleTitle, siteOf, subjectName } from "../data/alerts";
import { useNow } from "../live/now";
import { duration, moment } from "../units";
import { AlertStanding, SeverityMark } from "./AlertMark";
import css from "./AlertRows.module.css";
import { Icon } from "./icons";

interface Props {
  alerts: Alert[];
  /** Not given: whoever looks may not take one up. */
  onAcknowledge?: ((alert: Alert) => void) | undefined;
  /** On a charge point's own page nobody needs to be told which it is. */
  ofOne?: boolean;
}

export function AlertRows({ alerts, onAcknowledge, ofOne }: Props) {
  const now = useNow();
  return (
    <ul className={css.list}>
      {alerts.map((alert) => (
        <li key={alert.id} className={css.row} data-state={alert.state}>
          <SeverityMark severity={alert.severity} bare />
          <div className={css.what}>
            <Link href={`/alerts/${alert.id}`} className={css.title}>
              {ruleTitle(alert.rule)}
            </Link>
            <span className="tabular">{badWords(alert)}</span>
            <span className="muted tabular">{limitWords(alert)}</span>
          </div>
          <div className={css.where}>
            {!ofOne && <Subject alert={alert} />}
            {!ofOne && partOf(alert) && " · "}
            {partOf(alert)}
            {!ofOne && siteOf(alert) && ` · ${siteOf(alert)}`}
            {ofOne && !partOf(alert) && "The whole charge point"}
          </div>
          <div className={css.when}>
            <Lasting alert={alert} now={now} />
          </div>
          <div className={css.state}>
            <AlertStanding alert={alert} />
          </div>
          {onAcknowledge && (
            <div className={css.act}>
              {alert.state === "firing" && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<Icon name="hand" size={14} />}
                  onClick={() => onAcknowledge(alert)}
                  aria-label={`Acknowledge ${ruleTitle(alert.rule)}, ${subjectName(alert)}`}
                >
                  Acknowledge
                </Button>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Whom it is about, and the way there. */
export function Subject({ alert }: { alert: Alert }) {
  if (alert.charge_point === null) return <span className={css.subject}>{subjectName(alert)}</span>;
  return (
    <Link href={`/charge-points/${encodeURIComponent(alert.charge_point)}`} className={css.subject}>
      {alert.charge_point}
    </Link>
  );
}

function Lasting({ alert, now }: { alert: Alert; now: number }) {
  const from = Date.parse(alert.raised_at ?? alert.began_at);
  const to = alert.cleared_at === null ? now : Date.parse(alert.cleared_at);
  return (
    <>
      <span className={css.lasting}>
        {alert.cleared_at === null ? "for " : "lasted "}
        {duration((to - from) / 1000)}
      </span>
      <span className="muted">
        {" "}
        · {moment(from, now)}
        {alert.count > 1 && ` · ${alert.count} times`}
      </span>
    </>
  );
}
