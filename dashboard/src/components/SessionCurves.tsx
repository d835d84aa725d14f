// What was measured while a session ran: power, state of charge, current, voltage; each where there is any.
import { useElementSize } from "@mantine/hooks";
import { HistoryChart } from "../charts/HistoryChart";
import { linesShown, measurandName, stepWords } from "../data/history";
import { CURRENT, isFromZero, POWER, SOC, VOLTAGE } from "../data/readings";
import { useSessionCurve } from "../data/sessions";
import type { Session } from "../data/shapes";
import { useNow } from "../live/now";
import css from "./ChartsPanel.module.css";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

const MEASURANDS = [POWER, SOC, CURRENT, VOLTAGE];
const NO_MARKS: [] = [];

export function SessionCurves({ session, zone }: { session: Session; zone: string }) {
  const now = useNow();
  const { ref, width } = useElementSize();
  const pixels = Math.max(200, Math.round(width / 200) * 200);
  // Always the same four, in the same order.
  const power = useSessionCurve(session, POWER, pixels, now);
  const soc = useSessionCurve(session, SOC, pixels, now);
  const current = useSessionCurve(session, CURRENT, pixels, now);
  const voltage = useSessionCurve(session, VOLTAGE, pixels, now);
  const curves = [power, soc, current, voltage].map((query, index) => ({
    measurand: MEASURANDS[index] ?? POWER,
    history: query.data,
    lines: query.data ? linesShown(query.data.series, session.connector_id) : [],
  }));
  const shown = curves.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
  return (
    <section className="panel" aria-label="Curves">
      <div className="panel-head">
        <h2 className="panel-title">Measured</h2>
        {power.data && shown.length > 0 && <span className="muted push">{stepWords(power.data)}</span>}
      </div>
      <Age query={power} />
      <Waiting query={power} what="The measured values" />
      {power.data && shown.length === 0 && (
        <Notice icon="clock" title="Nothing was measured while it ran">
          The charge point sent no meter values, or those of that time are no longer kept.
        </Notice>
      )}
      <div ref={ref} className={shown.length > 0 ? css.grid : undefined}>
        {shown.map(
          ({ measurand, history, lines }) =>
            history && (
              <HistoryChart
                key={measurand}
                title={measurandName(measurand)}
                history={history}
                lines={lines}
                marks={NO_MARKS}
                zone={zone}
                fromZero={isFromZero(measurand)}
                tight={false}
                top={measurand === SOC ? 100 : undefined}
              />
            ),
        )}
      </div>
    </section>
  );
}
