// What an alert saw: its series around the time it lasted, the limit across it, the time it was bad tinted.
import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import { HistoryChart } from "../charts/HistoryChart";
import { useSeen } from "../data/alertQueries";
import { type Alert, shownMeasurand } from "../data/alerts";
import { type HistoryLine, linesShown, measurandName, stepWords } from "../data/history";
import { isFromZero, REGISTER, SOC } from "../data/readings";
import css from "./AlertSeen.module.css";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

interface Props {
  alert: Alert;
  zone: string;
  /** Whether the alert's limit is one of the values that are drawn. */
  hasLimit: boolean;
}

export function AlertSeen({ alert, zone, hasLimit }: Props) {
  const { ref, width } = useElementSize();
  const measurand = shownMeasurand(alert);
  const seen = useSeen(alert, measurand, Math.max(200, Math.round(width / 200) * 200));
  const lines = useMemo(() => linesOf(seen.data?.series ?? [], alert), [seen.data, alert]);
  const { limit, began_at, cleared_at } = alert;
  const limits = useMemo(() => (hasLimit && limit !== null ? [limit] : []), [hasLimit, limit]);
  const until = cleared_at ?? seen.data?.to;
  const shaded = useMemo(
    () => (until ? ([Date.parse(began_at) / 1000, Date.parse(until) / 1000] as const) : undefined),
    [began_at, until],
  );
  if (measurand === null) return null;
  return (
    <section className="panel" aria-label="What it saw">
      <div className="panel-head">
        <h2 className="panel-title">What it saw</h2>
        {seen.data && lines.length > 0 && (
          <span className="muted push">
            {stepWords(seen.data)}
            {limits.length > 0 && " · dashed: the limit"} · tinted: while it lasted
          </span>
        )}
      </div>
      <Age query={seen} />
      <div ref={ref} className={css.body}>
        <Waiting query={seen} what="The measured values" />
        {seen.data && lines.length === 0 && (
          <Notice icon="clock" title="Nothing was measured around it">
            Meter values of that time may no longer be kept.
          </Notice>
        )}
        {seen.data && lines.length > 0 && (
          <HistoryChart
            title={measurandName(measurand)}
            history={seen.data}
            lines={lines}
            marks={NO_MARKS}
            zone={zone}
            // How it passed its limit is to be seen, not how far both are from nothing.
            fromZero={limits.length === 0 && isFromZero(measurand)}
            tight={measurand === REGISTER}
            top={measurand === SOC ? 100 : undefined}
            limits={limits}
            shaded={shaded}
          />
        )}
      </div>
    </section>
  );
}

const NO_MARKS: [] = [];

/** The very series it is about, or all phases of the connector where it is about none of them alone. */
function linesOf(lines: HistoryLine[], { connector_id, measurand, phase, location }: Alert): HistoryLine[] {
  const own = lines.filter(
    (line) => line.phase === phase && (location === null || line.location === location),
  );
  return measurand !== null && own.length > 0 ? own : linesShown(lines, connector_id ?? 0);
}
