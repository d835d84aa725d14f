// Energy of the fleet or a site in bars, with its total.
import { Bars } from "../charts/Bars";
import { labelsOf } from "../data/barLabels";
import { coverageWords, isPartly, totalOf } from "../data/bars";
import { energyFile, useEnergy } from "../data/energyQueries";
import { fleetBars, RECKONED_PARTS, reckonedOf } from "../data/fleetEnergy";
import type { RangeView } from "../data/useRange";
import { zoneWithOffset } from "../data/zones";
import { useNow } from "../live/now";
import { energy, inWords } from "../units";
import { CsvLink } from "./CsvLink";
import css from "./EnergyHistory.module.css";
import { Legend, summary } from "./EnergyLegend";
import { FigureTable } from "./FigureTable";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

const DOWN = { year: "month", month: "day" } as const;

export function FleetEnergy({ view, site }: { view: RangeView; site: string | null }) {
  const now = useNow();
  const buckets = useEnergy(view, site);
  const { range, edges, zone } = view;
  const bars = fleetBars(buckets.isPlaceholderData ? [] : (buckets.data ?? []), edges, now);
  const labels = labelsOf(range, edges, zone);
  const total = totalOf(bars, now);
  const reckoned = buckets.isPlaceholderData ? 0 : reckonedOf(buckets.data);
  const known = total.wh !== null;
  const down = range === "day" ? undefined : DOWN[range];
  return (
    <section className="panel" aria-label={site ? `Energy of ${site}` : "Energy of the fleet"}>
      <div className={`${css.sums} ${css.first}`}>
        <span className={css.total} data-what="total">
          {inWords(energy(total.wh))}
        </span>
        <span className="muted">{known && summary(total, view.isLast)}</span>
        {reckoned > 0 && (
          <span className="muted">{inWords(energy(reckoned))} of it reckoned without a meter</span>
        )}
        <Legend parts={[]} partly={bars.some(isPartly)} reckoned={reckoned > 0} />
        <CsvLink href={energyFile(view, site)} />
      </div>
      <Age query={buckets} />
      <Waiting query={buckets} what="The energy" rows={8} />
      {buckets.data &&
        (!known && !buckets.isFetching ? (
          <Notice icon="bolt" title={`No energy is known of ${view.name}`}>
            {site ? `No charge point of ${site}` : "No charge point"} has a reading of its meter in this time.
          </Notice>
        ) : (
          <>
            <Bars
              name={`Energy, ${view.name}`}
              bars={bars}
              labels={labels}
              parts={RECKONED_PARTS}
              note={coverageWords}
              axis={zoneWithOffset(zone, view.start, view.end - 1)}
              onPick={down && ((bar) => !bar.ahead && view.goTo(down, bar.start))}
            />
            <FigureTable bars={bars} labels={labels} note={coverageWords} heading="Measured" />
          </>
        ))}
    </section>
  );
}
