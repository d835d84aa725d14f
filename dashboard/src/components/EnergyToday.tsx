// Energy of today by the hour, as it grows, beside that of yesterday.
import { Link } from "wouter";
import { Bars } from "../charts/Bars";
import { labelsOf } from "../data/barLabels";
import { coverageWords, isPartly, totalOf } from "../data/bars";
import { useEnergyToday } from "../data/energyQueries";
import { fleetBars, RECKONED_PARTS, sameHours } from "../data/fleetEnergy";
import { edgesOf, zoneWithOffset } from "../data/zones";
import { energy, inWords } from "../units";
import { Legend } from "./EnergyLegend";
import css from "./EnergyToday.module.css";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

export function EnergyToday() {
  const { now, zone, start, before, today, yesterday } = useEnergyToday();
  const edges = edgesOf("day", start, zone);
  const bars = fleetBars(today.isPlaceholderData ? [] : (today.data ?? []), edges, now);
  const then = fleetBars(
    yesterday.isPlaceholderData ? [] : (yesterday.data ?? []),
    edgesOf("day", before, zone),
    now,
  );
  const [total, last] = [totalOf(bars, now).wh, totalOf(then, now).wh];
  return (
    <section className={`panel ${css.panel}`} aria-label="Energy today, by the hour">
      <div className="panel-head">
        <h2 className="panel-title">Energy today</h2>
        {last !== null && (
          <span className={`muted ${css.yesterday}`}>
            <i aria-hidden /> yesterday, {inWords(energy(last))} in all
          </span>
        )}
        <Legend
          parts={[]}
          partly={bars.some(isPartly)}
          reckoned={bars.some(({ parts }) => parts.length > 1)}
        />
        <Link href="/energy" className={`push ${css.all}`}>
          Energy
        </Link>
      </div>
      <Age query={today} />
      <Waiting query={today} what="The energy of today" rows={6} />
      {today.data && total === null && last === null && !today.isFetching ? (
        <Notice icon="bolt" title="No energy is known of today yet" />
      ) : (
        today.data && (
          <Bars
            name="Energy today"
            bars={bars}
            before={{ name: "yesterday", wh: sameHours(then, bars, zone) }}
            labels={labelsOf("day", edges, zone)}
            parts={RECKONED_PARTS}
            note={coverageWords}
            axis={zoneWithOffset(zone, start, now)}
          />
        )
      )}
    </section>
  );
}
