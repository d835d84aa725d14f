// The silences: those in force, those to come, those that are over; an end to one before its time.
import { Button } from "@mantine/core";
import { useState } from "react";
import { AlertPages } from "../components/AlertPages";
import { Icon } from "../components/icons";
import { More } from "../components/More";
import { Notice } from "../components/Notice";
import { SilenceDialog } from "../components/SilenceDialog";
import { Age, Waiting } from "../components/State";
import { useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { aboutWords, namesSomebody, type Silence, useEndSilence, useSilences } from "../data/silences";
import { useNow } from "../live/now";
import { duration, moment } from "../units";
import page from "./ListPage.module.css";
import css from "./SilencesPage.module.css";

const STATES = [
  { state: "active", title: "In force" },
  { state: "planned", title: "To come" },
  { state: "over", title: "Over" },
] as const;

export function SilencesPage() {
  const [planning, setPlanning] = useState(false);
  const me = useMe().data;
  return (
    <div className={page.page}>
      <AlertPages>
        {mayControl(me) && (
          <Button
            className="push"
            size="xs"
            variant="default"
            leftSection={<Icon name="plus" size={14} />}
            onClick={() => setPlanning(true)}
          >
            Plan a silence
          </Button>
        )}
      </AlertPages>
      {STATES.map(({ state, title }) => (
        <List key={state} state={state} title={title} />
      ))}
      {planning && <SilenceDialog onClose={() => setPlanning(false)} />}
    </div>
  );
}

function List({ state, title }: { state: Silence["state"]; title: string }) {
  const me = useMe().data;
  // Whoever sees but some charge points ends what names some of them; what is about everybody they only see.
  const mayEnd = ({ select }: Silence) => mayControl(me) && (!me?.scope || namesSomebody(select));
  const silences = useSilences(state);
  const end = useEndSilence();
  if (state !== "active" && silences.items?.length === 0) return null;
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2 className="panel-title">{title}</h2>
      </div>
      <Age query={silences} />
      <Waiting query={silences} what="The silences" rows={3} />
      {silences.items?.length === 0 && (
        <Notice icon="bell" title="Nothing is silent">
          Silence an alert from its page while somebody works on it, or plan a silence for work to come.
        </Notice>
      )}
      {end.error && (
        <p className={css.refused} role="alert">
          <Icon name="fault" /> {end.error.message}
        </p>
      )}
      <ul className={css.list}>
        {silences.items?.map((silence) => (
          <li key={silence.id} className={css.row}>
            <div className={css.what}>
              <div className={css.about}>{aboutWords(silence)}</div>
              <div className={css.comment}>
                {silence.comment} <span className="muted">· by {silence.created_by}</span>
              </div>
            </div>
            <When silence={silence} />
            {mayEnd(silence) && state !== "over" && (
              <Button
                size="xs"
                variant="default"
                loading={end.isPending && end.variables === silence.id}
                onClick={() => end.mutate(silence.id)}
                aria-label={`End: ${aboutWords(silence)}`}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      <More list={silences} />
    </section>
  );
}

function When({ silence }: { silence: Silence }) {
  const now = useNow();
  const { state, starts_at, ends_at, repeats_until, ended_at, ended_by } = silence;
  const left = (Date.parse(ends_at) - now) / 1000;
  return (
    <div className={css.when}>
      {state === "active" && left > 0 && <div className={css.left}>{duration(left)} left</div>}
      <div className="muted">
        {moment(starts_at, now)} to {moment(ended_at ?? ends_at, now)}
        {ended_by && `, ended by ${ended_by}`}
      </div>
      {repeats_until && <div className="muted">every week until {moment(repeats_until, now)}</div>}
    </div>
  );
}
