// Who took the most, and its share of all.
import { Link } from "wouter";
import { topFile, useEnergy, useTop } from "../data/energyQueries";
import { shareOf } from "../data/fleetEnergy";
import type { RangeView } from "../data/useRange";
import { energy, fixed, inWords, NOTHING } from "../units";
import { CsvLink } from "./CsvLink";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";
import css from "./Table.module.css";

export function TopConsumers({ view, site }: { view: RangeView; site: string | null }) {
  const top = useTop(view, site);
  // The same question as that of the bars: it is asked once.
  const all = useEnergy(view, site);
  const most = Math.max(1, ...(top.data ?? []).map(({ energy_wh }) => energy_wh));
  return (
    <section className="panel" aria-label="Top consumers">
      <div className="panel-head">
        <h2 className="panel-title">Top consumers</h2>
        <span className="push">
          <CsvLink href={topFile(view, site)} />
        </span>
      </div>
      <Age query={top} />
      <Waiting query={top} what="Who took the most" />
      {top.data?.length === 0 && <Notice icon="station" title={`Nobody took energy in ${view.name}`} />}
      {top.data && top.data.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th>Charge point</th>
              <th data-right>Energy</th>
              <th data-right>Share</th>
            </tr>
          </thead>
          <tbody>
            {top.data.map(({ charge_point, energy_wh, reckoned_wh }) => (
              <tr key={charge_point}>
                <td>
                  <Link href={`/charge-points/${encodeURIComponent(charge_point)}/history`}>
                    {charge_point}
                  </Link>
                  <div className={css.bar} aria-hidden>
                    <span style={{ width: `${(100 * (energy_wh - (reckoned_wh ?? 0))) / most}%` }} />
                    {(reckoned_wh ?? 0) > 0 && (
                      <span data-reckoned style={{ width: `${(100 * (reckoned_wh ?? 0)) / most}%` }} />
                    )}
                  </div>
                </td>
                <td data-right>
                  {inWords(energy(energy_wh))}
                  {(reckoned_wh ?? 0) > 0 && (
                    <div className={`muted ${css.small}`}>{inWords(energy(reckoned_wh))} reckoned</div>
                  )}
                </td>
                <td data-right>{shareText(shareOf(energy_wh, all.data))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const shareText = (share: number | null) => (share === null ? NOTHING : `${fixed(100 * share, 1)}\u00a0%`);
