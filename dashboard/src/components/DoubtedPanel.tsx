// Values the server does not believe, and why; an operator can say that one is right, and take that back.
import { Button } from "@mantine/core";
import { useState } from "react";
import { type Doubted, type FlagChange, lastWord, useSetFlag } from "../data/doubted";
import { measurandName, shownIn } from "../data/history";
import { phaseName } from "../data/readings";
import type { MeterValue } from "../data/shapes";
import { isLifted, sampleFlag } from "../data/words";
import { inZone } from "../data/zones";
import { fixed } from "../units";
import css from "./DoubtedPanel.module.css";
import { Icon } from "./icons";
import { LiftDialog } from "./LiftDialog";
import { Scroll } from "./Scroll";
import table from "./Table.module.css";

interface Props {
  identifier: string;
  doubted: Doubted;
  zone: string;
  mayControl: boolean;
}

export function DoubtedPanel({ identifier, doubted, zone, mayControl }: Props) {
  const [asked, setAsked] = useState<MeterValue | null>(null);
  const undo = useSetFlag(identifier);
  if (doubted.values.length === 0) return null;
  return (
    <section className="panel" aria-label="In doubt">
      <div className="panel-head">
        <h2 className="panel-title">Values in doubt</h2>
        <span className="muted">kept and shown, left out of energy and statistics</span>
      </div>
      {undo.error && (
        <p className={css.refused} role="alert">
          <Icon name="fault" /> {undo.error.message}
        </p>
      )}
      <Scroll label="Doubted, as a table" tall>
        <table className={table.table}>
          <thead>
            <tr>
              <th>Taken</th>
              <th data-right>Connector</th>
              <th>Series</th>
              <th data-right>Value</th>
              <th>Why</th>
              {mayControl && <th aria-label="What to do" />}
            </tr>
          </thead>
          <tbody>
            {doubted.values.map((one) => (
              <tr key={keyOf(one)} data-lifted={isLifted(one.flags) || undefined}>
                <td>{inZone(Date.parse(one.taken_at), zone, MOMENT)}</td>
                <td data-right>{one.connector_id}</td>
                <td>
                  {measurandName(one.measurand)}
                  {one.phase && ` ${phaseName(one.phase)}`}
                </td>
                <td data-right>{valueWords(one)}</td>
                <td className={isLifted(one.flags) ? css.lifted : css.why}>
                  {one.flags.map(sampleFlag).join(" · ")}
                  <LastWord word={isLifted(one.flags) ? lastWord(one, doubted.changes) : null} />
                </td>
                {mayControl && (
                  <td data-right>
                    {isLifted(one.flags) ? (
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        color="gray"
                        leftSection={<Icon name="undo" size={13} />}
                        loading={undo.isPending && undo.variables.sample === one}
                        onClick={() => undo.mutate({ sample: one, lifted: false })}
                      >
                        Undo
                      </Button>
                    ) : (
                      <Button size="compact-xs" variant="default" onClick={() => setAsked(one)}>
                        Value is right
                      </Button>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {asked && <LiftDialog identifier={identifier} sample={asked} onClose={() => setAsked(null)} />}
    </section>
  );
}

function LastWord({ word }: { word: FlagChange | null }) {
  if (!word) return null;
  return <div className="muted">{[word.made_by, word.note].filter(Boolean).join(": ")}</div>;
}

const MOMENT: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};

const keyOf = ({ connector_id, measurand, phase, location, context, taken_at }: MeterValue) =>
  [connector_id, measurand, phase, location, context, taken_at].join("|");

export function valueWords({ value, unit }: MeterValue): string {
  if (typeof value !== "number") return String(value);
  const shown = shownIn(unit);
  return `${fixed(value * shown.factor, shown.digits)}\u00a0${shown.unit}`;
}
