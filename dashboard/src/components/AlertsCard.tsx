// What is wrong at this moment, in short: how many of each severity, and the gravest by name.
import { useState } from "react";
import { Link } from "wouter";
import { useRaisedAlerts } from "../data/alertQueries";
import { type Alert, countsOf, inOrder, SEVERITIES } from "../data/alerts";
import { useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { AcknowledgeDialog } from "./AcknowledgeDialog";
import { SeverityMark } from "./AlertMark";
import { AlertRows } from "./AlertRows";
import css from "./AlertsCard.module.css";
import { Icon } from "./icons";

const SHOWN = 3;

/** `chargePoint`: only its own, and nothing at all where it has none. */
export function AlertsCard({ chargePoint }: { chargePoint?: string }) {
  const raised = useRaisedAlerts();
  const me = useMe().data;
  const [taken, setTaken] = useState<Alert | null>(null);
  const all = (raised.data ?? []).filter(
    ({ charge_point }) => chargePoint === undefined || charge_point === chargePoint,
  );
  if (chargePoint !== undefined && all.length === 0) return null;
  const counts = countsOf(all);
  // One that is part of another is told by the other.
  const first = inOrder(all.filter(({ hidden_by }) => hidden_by === null));
  const shown = chargePoint === undefined ? first.slice(0, SHOWN) : inOrder(all);
  const href =
    chargePoint === undefined ? "/alerts" : `/alerts?charge_point=${encodeURIComponent(chargePoint)}`;
  return (
    <section className="panel" aria-label="Open alerts">
      <div className="panel-head">
        <h2 className="panel-title">Open alerts</h2>
        {raised.data && all.length === 0 && (
          <span className={css.none}>
            <Icon name="available" /> Nothing is wrong
          </span>
        )}
        {chargePoint === undefined &&
          SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => (
            <Link key={severity} href={`/alerts?severity=${severity}`} className={css.count}>
              <SeverityMark severity={severity} /> <span className="tabular">{counts[severity]}</span>
            </Link>
          ))}
        <Link href={href} className={`push ${css.all}`}>
          {all.length > shown.length ? `All ${all.length}` : "Alerts"}
        </Link>
      </div>
      {shown.length > 0 && (
        <AlertRows
          alerts={shown}
          ofOne={chargePoint !== undefined}
          onAcknowledge={mayControl(me) ? setTaken : undefined}
        />
      )}
      {taken && <AcknowledgeDialog alert={taken} onClose={() => setTaken(null)} />}
    </section>
  );
}
