// Energy of one charge point in bars: a day in hours, a month in days, a year in months.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { Bars } from "../charts/Bars";
import { labelsOf } from "../data/barLabels";
import { barsOf, connectorsOf, coverageWords, isPartly, RECKONED, totalOf, withReckoned } from "../data/bars";
import { rollupsFile, useReckoned, useRollups } from "../data/historyQueries";
import { useRange } from "../data/useRange";
import { zoneWithOffset } from "../data/zones";
import { useNow } from "../live/now";
import { energy, inWords } from "../units";
import { CsvLink } from "./CsvLink";
import css from "./EnergyHistory.module.css";
import { Legend, summary } from "./EnergyLegend";
import { FigureTable } from "./FigureTable";
import { Notice } from "./Notice";
import { RangeBar } from "./RangeBar";
import { Age, Waiting } from "./State";

const DOWN = { year: "month", month: "day" } as const;

export function EnergyHistory({ identifier, zone }: { identifier: string; zone: string }) {
  const now = useNow();
  const view = useRange(zone, now);
  const [picked, setPicked] = useState<number | null>(null);
  const rollups = useRollups(identifier, view);
  const reckoned = useReckoned(identifier, view);
  const { range, edges } = view;

  const without = reckoned.isPlaceholderData ? [] : (reckoned.data ?? []);
  const connectors = connectorsOf([...(rollups.data ?? []), ...without]);
  const connector = picked !== null && connectors.includes(picked) ? picked : null;
  // While the next range is on its way the one before stands there: its buckets do not belong between these edges.
  const counted = barsOf(rollups.isPlaceholderData ? [] : (rollups.data ?? []), edges, connector, now);
  const bars = withReckoned(counted, without, edges, connector);
  const labels = labelsOf(range, edges, zone);
  const total = totalOf(bars, now);
  const known = bars.some(({ wh }) => wh !== null);
  const parts = (connector === null ? connectors : [connector]).map((id) => ({
    key: String(id),
    label: id === 0 ? "Charge point" : `Connector ${id}`,
  }));
  const stacked = [...parts, { key: RECKONED, label: "Reckoned without a meter" }];
  const down = range === "day" ? undefined : DOWN[range];

  return (
    <section className="panel" aria-label="Energy history">
      <div className="panel-head">
        <h2 className="panel-title">Energy</h2>
        {connectors.length > 1 && (
          <SegmentedControl
            className={css.which}
            size="xs"
            aria-label="Connector"
            value={String(connector ?? "all")}
            onChange={(value) => setPicked(value === "all" ? null : Number(value))}
            data={[
              { value: "all", label: "All" },
              ...connectors.map((id) => ({ value: String(id), label: `Connector ${id}` })),
            ]}
          />
        )}
        <div className={css.range}>
          <RangeBar view={view} now={now} />
        </div>
      </div>
      <Age query={rollups} />
      <Waiting query={rollups} what="The energy" rows={8} />
      {rollups.data && (
        <>
          <div className={css.sums}>
            <span className={css.total} data-what="total">
              {inWords(energy(known ? total.wh : null))}
            </span>
            <span className="muted">{known && summary(total, view.isLast)}</span>
            <Legend parts={parts} partly={counted.some(isPartly)} reckoned={without.length > 0} />
            <CsvLink href={rollupsFile(identifier, view)} />
          </div>
          {!known && !rollups.isFetching ? (
            <Notice icon="bolt" title={`No energy is known of ${view.name}`}>
              It comes from the register of the meter; before the first reading there is nothing.
            </Notice>
          ) : (
            <>
              <Bars
                name={`Energy, ${view.name}`}
                bars={bars}
                labels={labels}
                parts={stacked}
                note={coverageWords}
                axis={zoneWithOffset(zone, view.start, view.end - 1)}
                onPick={down && ((bar) => !bar.ahead && view.goTo(down, bar.start))}
              />
              <FigureTable bars={bars} labels={labels} note={coverageWords} heading="Measured" />
            </>
          )}
        </>
      )}
    </section>
  );
}
