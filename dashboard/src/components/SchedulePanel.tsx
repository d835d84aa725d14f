// What limits a connector over time: as reckoned from what the charge point holds, and, once asked, as it says itself.
import { Button, SegmentedControl, Select } from "@mantine/core";
import { useState } from "react";
import { ScheduleChart } from "../charts/ScheduleChart";
import { commandInWords } from "../data/commandWords";
import { type ScheduleAsked, useAskSchedule, useSchedule } from "../data/profileQueries";
import type { InstalledProfile } from "../data/profiles";
import { differ, ofAnswer, ofComposite } from "../data/schedules";
import filters from "./Filters.module.css";
import { Notice } from "./Notice";
import { Outcome } from "./Outcome";
import { Age, Waiting } from "./State";

const SPANS = [
  { value: "3600", label: "1 h" },
  { value: "21600", label: "6 h" },
  { value: "86400", label: "Day" },
  { value: "604800", label: "Week" },
];
const UNITS = [
  { value: "", label: "Its unit" },
  { value: "A", label: "A" },
  { value: "W", label: "W" },
];

interface Props {
  identifier: string;
  connected: boolean;
  connectors: number[];
  held: InstalledProfile[] | undefined;
  mayControl: boolean;
}

export function SchedulePanel({ identifier, connected, connectors, held, mayControl }: Props) {
  const [asked, setAsked] = useState<ScheduleAsked>({
    connector_id: connectors[0] ?? 0,
    duration: 86_400,
    unit: null,
  });
  const reckoned = useSchedule(identifier, asked, held);
  const ask = useAskSchedule(identifier);
  const holds = JSON.stringify(held?.map(({ command_id }) => command_id));
  const [askedHolding, setAskedHolding] = useState(holds);
  // What it said while it held something else is said no more.
  const answer = askedHolding === holds ? ask.data : undefined;
  const change = (part: Partial<ScheduleAsked>) => {
    setAsked({ ...asked, ...part });
    ask.reset();
  };
  const shown = answer?.ours ?? reckoned.data;
  const ours = shown && ofComposite(shown);
  const its = answer && ours ? ofAnswer(answer.command, ours.from, asked.duration) : null;
  return (
    <section className="panel" aria-label="What limits it">
      <div className="panel-head">
        <h2 className="panel-title">What limits it</h2>
        {mayControl && (
          <Button
            className="push"
            size="xs"
            variant="default"
            disabled={!connected}
            loading={ask.isPending}
            onClick={() => {
              setAskedHolding(holds);
              ask.mutate(asked);
            }}
          >
            Ask the charge point
          </Button>
        )}
      </div>
      <div style={{ padding: "0 20px 14px" }}>
        <div className={filters.filters} style={{ marginBottom: 10 }}>
          <Select
            size="xs"
            className={filters.field}
            aria-label="Of"
            allowDeselect={false}
            data={[
              ...connectors.map((id) => ({ value: String(id), label: `Connector ${id}` })),
              { value: "0", label: "The whole charge point" },
            ]}
            value={String(asked.connector_id)}
            onChange={(value) => value && change({ connector_id: Number(value) })}
          />
          <SegmentedControl
            size="xs"
            aria-label="How long from now on"
            data={SPANS}
            value={String(asked.duration)}
            onChange={(value) => change({ duration: Number(value) })}
          />
          <SegmentedControl
            size="xs"
            aria-label="Unit"
            data={UNITS}
            value={asked.unit ?? ""}
            onChange={(value) => change({ unit: value || null })}
          />
        </div>
        <Age query={reckoned} />
        <Waiting query={reckoned} what="The limits" />
        {ours?.steps.every(([, limit]) => limit === null) && !its && (
          <Notice icon="bolt" title="Nothing that we know of limits it">
            Cables, cars and the charge point's own settings do all the same.
          </Notice>
        )}
        {ours && (its || ours.steps.some(([, limit]) => limit !== null)) && (
          <ScheduleChart
            title="Limit"
            unit={ours.unit}
            from={ours.from}
            to={ours.to}
            lines={[
              ...(its ? [{ name: "The charge point says", schedule: its }] : []),
              { name: "Reckoned", schedule: ours },
            ]}
          />
        )}
        <p className="muted" role="status" style={{ margin: "6px 0 0" }}>
          {answer && !its && `No schedule came: ${commandInWords(answer.command).text.toLowerCase()}.`}
          {its && ours && wordsAbout(differ(its, ours, ours.from, Math.min(its.to, ours.to)))}
        </p>
        {ask.error && <Outcome error={ask.error} />}
      </div>
    </section>
  );
}

const wordsAbout = (isOther: boolean): string =>
  isOther
    ? "They differ: it holds profiles we do not know of, has lost some, or has limits of its own."
    : "The charge point says the same as was reckoned.";
