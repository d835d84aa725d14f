// The power of all together over time, with its highest step.
import { useMemo } from "react";
import type { Mark } from "../charts/drawings";
import { HistoryChart } from "../charts/HistoryChart";
import { serverNow } from "../data/clock";
import { loadFile, type Peak, useLoad } from "../data/energyQueries";
import { loadHistory } from "../data/fleetEnergy";
import { stepWords, wholeStep } from "../data/history";
import { useShownZone } from "../data/times";
import type { RangeView } from "../data/useRange";
import { inZone, zoneWithOffset } from "../data/zones";
import { inWords, power } from "../units";
import { CsvLink } from "./CsvLink";
import css from "./LoadCurve.module.css";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

export function LoadCurve({ view, site }: { view: RangeView; site: string | null }) {
  const load = useLoad(view, site);
  const { data } = load;
  const drawn = useMemo(() => data && loadHistory(data), [data]);
  const peak = data?.peak ?? null;
  const shown = useShownZone();
  const marks = useMemo(
    // Points that stand for a step lie in its middle; so does the peak.
    (): Mark[] =>
      peak ? [{ at: Date.parse(peak.at) / 1000 + peak.step_s / 2, value: peak.power_w, kind: "peak" }] : [],
    [peak],
  );
  return (
    <section className="panel" aria-label="Load">
      <div className="panel-head">
        <h2 className="panel-title">Load</h2>
        {peak && (
          <span>
            Highest mean of {wholeStep(peak.step_s)} <b>{inWords(power(peak.power_w))}</b>{" "}
            <span className="muted">
              {moment(peak.at, view.zone)}
              {view.zone !== shown && ` in ${zoneWithOffset(view.zone, Date.parse(peak.at))}`}
              {isRunning(peak) && ", still running: what is to come counts as nothing"}
              {peak.highest_w !== null &&
                `; the highest single value at one connector ${inWords(power(peak.highest_w))}`}
            </span>
          </span>
        )}
        <span className="push">
          <CsvLink href={loadFile(view, site)} />
        </span>
      </div>
      <Age query={load} />
      <div className={css.body}>
        <Waiting query={load} what="The load" />
        {drawn && drawn.series[0]?.points.length === 0 && (
          <Notice icon="bolt" title={`No power was measured in ${view.name}`} />
        )}
        {drawn && (drawn.series[0]?.points.length ?? 0) > 0 && (
          <>
            <HistoryChart
              title="Power"
              history={drawn}
              lines={drawn.series}
              marks={marks}
              zone={view.zone}
              fromZero
              tight={false}
            />
            <p className={css.step}>{stepWords(drawn)}</p>
          </>
        )}
      </div>
    </section>
  );
}

/** Less than single connectors may be said of a step that has just begun. */
const isRunning = ({ at, step_s }: Peak): boolean => Date.parse(at) + step_s * 1000 > serverNow();

const moment = (at: string, zone: string) =>
  inZone(Date.parse(at), zone, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
