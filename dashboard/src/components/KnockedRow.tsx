// One that was refused at the door: who it says it is, why, what helps, and the button that lets it in.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { adviceOf, type Knocked } from "../data/quarantine";
import { useNow } from "../live/now";
import { age, fixed, moment } from "../units";
import { Icon } from "./icons";
import css from "./KnockedRow.module.css";

interface Props {
  knocked: Knocked;
  onAdopt?: () => void;
  onForget?: () => void;
  forgetting?: boolean;
}

export function KnockedRow({ knocked, onAdopt, onForget, forgetting }: Props) {
  const now = useNow();
  const { identifier, reason, why, registered, count, first_at, last_at } = knocked;
  const advice = adviceOf(reason);
  return (
    <li className={css.row}>
      <div className={css.who}>
        <span className={css.name}>
          {identifier && registered && (
            <Link href={`/charge-points/${encodeURIComponent(identifier)}`}>{identifier}</Link>
          )}
          {identifier && !registered && identifier}
          {!identifier && <span className="muted">Without an identifier</span>}
        </span>
        <span className={css.times}>
          {count === 1 ? "once" : `${fixed(count, 0)} times since ${moment(first_at, now)}`}
        </span>
        <span className={css.times}>{count === 1 ? age(last_at, now) : `last ${age(last_at, now)}`}</span>
      </div>
      <div className={css.what}>
        <div className={css.title}>
          <Icon name="lock" size={14} /> {advice.title}
        </div>
        <p className={css.why}>{why}</p>
        <p className={css.todo}>{advice.todo}</p>
        <Facts knocked={knocked} />
      </div>
      <div className={css.actions}>
        {onAdopt && identifier && advice.canAdopt && (
          <Button size="xs" aria-label={`Let in ${identifier}`} onClick={onAdopt}>
            Let in
          </Button>
        )}
        {onForget && identifier && (
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`Forget ${identifier}`}
            loading={forgetting}
            onClick={onForget}
          >
            Forget
          </Button>
        )}
      </div>
    </li>
  );
}

/** How it came: what one compares with the settings of the charge point. */
function Facts({ knocked }: { knocked: Knocked }) {
  const { address, path, subprotocols, tls } = knocked;
  const facts = [
    ["From", address],
    ["Path", path],
    ["Offers", subprotocols],
    ["TLS", tls ?? "none"],
  ].filter(([, value]) => value);
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="mono">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
