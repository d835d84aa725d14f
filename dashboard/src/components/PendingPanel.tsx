// Charge points that may connect but not yet work: they wait for a person to accept them.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { usePending } from "../data/quarantine";
import { useNow } from "../live/now";
import { age } from "../units";
import css from "./KnockedRow.module.css";
import { More } from "./More";
import { ConnectedMark } from "./StatusBadge";

export function PendingPanel({ onAdopt }: { onAdopt: (identifier: string) => void }) {
  const now = useNow();
  const pending = usePending();
  if (!pending.items?.length) return null;
  return (
    <section className="panel" aria-label="Waiting to be accepted">
      <div className="panel-head">
        <h2 className="panel-title">Waiting to be accepted</h2>
        <span className="muted">connected as pending: nothing they send counts yet</span>
      </div>
      <ul className={css.list}>
        {pending.items.map(({ identifier, vendor, model, connected, last_seen_at }) => (
          <li key={identifier} className={css.row}>
            <div className={css.who}>
              <span className={css.name}>
                <Link href={`/charge-points/${encodeURIComponent(identifier)}`}>{identifier}</Link>
              </span>
              <span className={css.times}>{[vendor, model].filter(Boolean).join(" ")}</span>
            </div>
            <div className={css.presence}>
              <ConnectedMark connected={connected} />
              <span className={css.times}>last seen {age(last_seen_at, now)}</span>
            </div>
            <div className={css.actions}>
              <Button size="xs" aria-label={`Accept ${identifier}`} onClick={() => onAdopt(identifier)}>
                Accept
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <More list={pending} />
    </section>
  );
}
