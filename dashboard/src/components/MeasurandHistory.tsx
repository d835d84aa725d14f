// Any measurand of a connector over an hour to a year, as finely as the server still has it.
import { ActionIcon, Button, SegmentedControl, Select } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { Mark } from "../charts/drawings";
import { HistoryChart } from "../charts/HistoryChart";
import { serverNow } from "../data/clock";
import { linesShown, measurandName, SPANS, stepWords } from "../data/history";
import { samplesFile, useHistory, useLatest, type Zoom } from "../data/historyQueries";
import { isFromZero, POWER, REGISTER, SOC } from "../data/readings";
import type { MeterValue } from "../data/shapes";
import { inZone } from "../data/zones";
import { CsvLink } from "./CsvLink";
import { Icon } from "./icons";
import css from "./MeasurandHistory.module.css";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

interface Props {
  identifier: string;
  zone: string;
  doubted: MeterValue[];
}

export function MeasurandHistory({ identifier, zone, doubted }: Props) {
  const latest = useLatest(identifier);
  const [picked, setPicked] = useState<string | null>(null);
  const [connector, setConnector] = useState<number | null>(null);
  const [seconds, setSeconds] = useState(86_400);
  const [back, setBack] = useState(0);
  const [zoom, setZoom] = useState<Zoom | null>(null);
  const { ref, width } = useElementSize();

  const series = (latest.data ?? []).filter(({ value }) => typeof value === "number");
  const connectors = [...new Set(series.map((one) => one.connector_id))].sort((a, b) => a - b);
  const shown = connector ?? connectors.find((id) => id !== 0) ?? connectors[0] ?? 1;
  const offered = [
    ...new Set(series.filter((one) => one.connector_id === shown).map((one) => one.measurand)),
  ].sort((a, b) => measurandName(a).localeCompare(measurandName(b)));
  const measurand =
    picked !== null && offered.includes(picked)
      ? picked
      : offered.includes(POWER)
        ? POWER
        : (offered[0] ?? null);
  // In steps, so that dragging a window's edge does not ask with every pixel.
  const history = useHistory(identifier, measurand, {
    seconds,
    back,
    width: Math.max(200, Math.round(width / 200) * 200),
    zoom,
  });
  const lines = history.data ? linesShown(history.data.series, shown) : [];
  const own = measurand !== null && lines.every((line) => line.measurand === measurand);
  const marks = useMemo(
    () => doubted.filter((one) => one.measurand === measurand && one.connector_id === shown).map(markOf),
    [doubted, measurand, shown],
  );

  // What was picked is moved by its own length.
  const go = (by: number) =>
    zoom ? setZoom([further(zoom, 0, by), further(zoom, 1, by)]) : setBack(back + by);

  return (
    <section className="panel" aria-label="History">
      <div className="panel-head">
        <h2 className="panel-title">Measured</h2>
        <Select
          className={css.measurand}
          size="xs"
          aria-label="Measurand"
          allowDeselect={false}
          data={offered.map((value) => ({ value, label: measurandName(value) }))}
          value={measurand}
          onChange={setPicked}
        />
        {connectors.length > 1 && (
          <SegmentedControl
            className={css.which}
            size="xs"
            aria-label="Connector"
            value={String(shown)}
            onChange={(value) => setConnector(Number(value))}
            data={connectors.map((id) => ({
              value: String(id),
              label: id === 0 ? "Charge point" : `Connector ${id}`,
            }))}
          />
        )}
        <div className={css.way}>
          <SegmentedControl
            className={css.which}
            size="xs"
            aria-label="Span"
            value={String(seconds)}
            onChange={(value) => {
              setSeconds(Number(value));
              setBack(0);
              setZoom(null);
            }}
            data={SPANS.map(({ value, label }) => ({ value: String(value), label }))}
          />
          <ActionIcon variant="default" size={30} aria-label="Earlier" onClick={() => go(1)}>
            <Icon name="left" />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={30}
            aria-label="Later"
            disabled={zoom ? zoom[1] >= serverNow() : back === 0}
            onClick={() => go(-1)}
          >
            <Icon name="right" />
          </ActionIcon>
        </div>
      </div>
      <Age query={history} />
      <div ref={ref} className={css.body}>
        {latest.data && offered.length === 0 ? (
          <Notice icon="clock" title="Nothing has been measured yet">
            Charge points usually measure while a session runs.
          </Notice>
        ) : (
          <Waiting query={latest.data ? history : latest} what="The measured values" />
        )}
        {history.data && own && measurand && (
          <>
            {lines.length > 0 ? (
              <HistoryChart
                title={measurandName(measurand)}
                history={history.data}
                lines={lines}
                marks={marks}
                zone={zone}
                fromZero={isFromZero(measurand)}
                tight={measurand === REGISTER}
                top={measurand === SOC ? 100 : undefined}
                onZoom={(from, to) => setZoom([from, to])}
              />
            ) : (
              <Notice icon="clock" title={`Nothing measured ${spanWords(history.data, zone)}`}>
                {measurandName(measurand)} of connector {shown} has values at other times.
              </Notice>
            )}
            <div className={css.foot}>
              {lines.length > 0 && (
                <CsvLink href={samplesFile(identifier, shown, history.data)} label="Samples as CSV" />
              )}
              {zoom && (
                <Button size="xs" variant="default" onClick={() => setZoom(null)}>
                  The whole span
                </Button>
              )}
              <p className={css.step}>
                {lines.length > 0 && (
                  <>
                    {stepWords(history.data)}
                    {history.data.tier !== "raw" && ": mean, and from lowest to highest"}
                    {history.data.reason && ` (${history.data.reason})`}
                  </>
                )}
                {marks.length > 0 && " · crosses: values in doubt"}
                {lines.length > 0 && !zoom && " · drag across the picture to look closer"}
              </p>
            </div>
          </>
        )}
      </div>
    </section>
  );
}

const further = (zoom: Zoom, edge: 0 | 1, by: number) => zoom[edge] - by * (zoom[1] - zoom[0]);

const markOf = ({ taken_at, value }: MeterValue): Mark => ({
  at: Date.parse(taken_at) / 1000,
  value: Number(value),
  kind: "doubt",
});

function spanWords({ from, to }: { from: string; to: string }, zone: string): string {
  const at = (text: string) =>
    inZone(Date.parse(text), zone, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return `between ${at(from)} and ${at(to)}`;
}
