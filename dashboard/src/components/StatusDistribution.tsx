// How all connectors stand at this moment: one bar and its parts, each leading to the charge points that have it.
import { useMemo } from "react";
import { Link } from "wouter";
import { distributionOf, OFFLINE } from "../data/distribution";
import type { ChargePoint } from "../data/shapes";
import { fixed } from "../units";
import { StatusBadge } from "./StatusBadge";
import css from "./StatusDistribution.module.css";

const leadsTo = (status: string) =>
  `/charge-points?${new URLSearchParams(status === OFFLINE ? { connected: "no" } : { status, connected: "yes" })}`;

export function StatusDistribution({ chargePoints }: { chargePoints: ChargePoint[] | undefined }) {
  const parts = useMemo(() => distributionOf(chargePoints ?? []), [chargePoints]);
  if (parts.length === 0) return null;
  return (
    <section className={`panel ${css.panel}`} aria-label="Connectors by status">
      <h2 className={`panel-title ${css.title}`}>Connectors</h2>
      <div className={css.bar} aria-hidden>
        {parts.map(([status, count]) => (
          <span key={status} data-status={status} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className={css.parts}>
        {parts.map(([status, count]) => (
          <li key={status}>
            <Link href={leadsTo(status)} className={css.part}>
              <span className="tabular">{fixed(count, 0)}</span> <StatusBadge status={status} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
