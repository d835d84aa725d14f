// Who tried to connect and why not: each with the reason in plain words, what helps, and the way to let it in.
import { useState } from "react";
import { AdoptDialog } from "../components/AdoptDialog";
import { ForOperators } from "../components/ForOperators";
import { KnockedRow } from "../components/KnockedRow";
import rows from "../components/KnockedRow.module.css";
import { More } from "../components/More";
import { Notice } from "../components/Notice";
import { PendingPanel } from "../components/PendingPanel";
import { Age, Waiting } from "../components/State";
import { Problem } from "../data/api";
import { type Knocked, useForget, useKnocked } from "../data/quarantine";
import css from "./ListPage.module.css";

interface Asked {
  identifier: string;
  knocked: Knocked | null;
}

export function QuarantinePage() {
  const knocked = useKnocked();
  const forget = useForget();
  const [asked, setAsked] = useState<Asked | null>(null);
  if (knocked.error instanceof Problem && knocked.error.status === 403) {
    return <ForOperators>It shows who tried to connect, and lets them in.</ForOperators>;
  }
  return (
    <div className={css.page}>
      <h1 className={css.title}>Quarantine</h1>
      <PendingPanel onAdopt={(identifier) => setAsked({ identifier, knocked: null })} />
      <section className="panel" aria-label="Refused at the door">
        <div className="panel-head">
          <h2 className="panel-title">Refused at the door</h2>
          <span className="muted">who tried to connect, and why not; the latest first</span>
        </div>
        <Age query={knocked} />
        <Waiting query={knocked} what="The quarantine" />
        {knocked.items?.length === 0 && (
          <Notice icon="check" title="Nobody was refused">
            Whoever knocks and is not let in stands here within a second, with the reason. A charge point that
            does not even appear here does not reach this server: its network, address or port.
          </Notice>
        )}
        <ul className={rows.list}>
          {knocked.items?.map((one) => (
            <KnockedRow
              key={`${one.identifier} ${one.reason}`}
              knocked={one}
              onAdopt={() => one.identifier && setAsked({ identifier: one.identifier, knocked: one })}
              onForget={() => one.identifier && forget.mutate(one.identifier)}
              forgetting={forget.isPending && forget.variables === one.identifier}
            />
          ))}
        </ul>
        <More list={knocked} />
      </section>
      {asked && <AdoptDialog {...asked} onClose={() => setAsked(null)} />}
    </div>
  );
}
