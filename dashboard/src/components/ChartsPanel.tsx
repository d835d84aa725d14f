// The charts of one connector over a sliding window.
import { SegmentedControl } from "@mantine/core";
import { Chart, type ChartLine } from "../charts/Chart";
import {
  CURRENT,
  POWER,
  phaseName,
  phasesOrWhole,
  REGISTER,
  SOC,
  VOLTAGE,
  wholeOrPhases,
} from "../data/readings";
import type { Series, SeriesStore } from "../data/series";
import type { Session } from "../data/shapes";
import { useNow } from "../live/now";
import css from "./ChartsPanel.module.css";
import { Notice } from "./Notice";

export const WINDOWS = [
  { value: "300", label: "5 min" },
  { value: "900", label: "15 min" },
  { value: "3600", label: "60 min" },
];

interface Props {
  store: SeriesStore;
  connectors: number[];
  connector: number;
  onConnector: (connector: number) => void;
  session: Session | null;
  windowSeconds: number;
  onWindow: (seconds: number) => void;
}

const identity = (value: number) => value;
const thousandth = (value: number) => value / 1000;
const lines = (series: Series[], scale: (value: number) => number): ChartLine[] =>
  series.map((s) => ({ series: s, scale, label: phaseName(s.phase) }));

export function ChartsPanel(props: Props) {
  const { store, connectors, connector, onConnector, session, windowSeconds, onWindow } = props;
  const now = useNow() / 1000;
  const find = (measurand: string) =>
    store.find(connector, measurand).filter((s) => (s.times.at(-1) ?? 0) > now - windowSeconds);

  const start = session?.start_meter_wh ?? null;
  const register = wholeOrPhases(find(REGISTER));
  const energyLines =
    session && start !== null
      ? register.map(
          (s): ChartLine => ({
            series: since(s, Date.parse(session.started_at) / 1000),
            scale: (wh) => (wh - start) / 1000,
            label: "Session",
          }),
        )
      : lines(register, thousandth);
  const soc = lines(find(SOC), identity);
  const shared = { now, windowSeconds, version: store.version };
  const charts = [
    {
      title: "Power",
      unit: "kW",
      digits: 2,
      lines: lines(wholeOrPhases(find(POWER)), thousandth),
      fromZero: true,
    },
    {
      title: start !== null ? "Session energy" : "Meter",
      unit: "kWh",
      digits: 2,
      lines: energyLines,
      fromZero: start !== null,
      tight: start === null,
    },
    { title: "Voltage", unit: "V", digits: 1, lines: lines(phasesOrWhole(find(VOLTAGE)), identity) },
    {
      title: "Current",
      unit: "A",
      digits: 1,
      lines: lines(phasesOrWhole(find(CURRENT)), identity),
      fromZero: true,
    },
    { title: "State of charge", unit: "%", digits: 0, lines: soc, fromZero: true, top: 100 },
  ];
  // Power, energy, voltage and current keep their places while they are empty: nothing jumps when the first sample comes.
  const shown = charts.filter((chart, index) => chart.lines.length > 0 || index < 4);

  return (
    <section className="panel" aria-label="Charts">
      <div className="panel-head">
        <h2 className="panel-title">Measured</h2>
        {connectors.length > 1 && (
          <SegmentedControl
            className={css.which}
            size="xs"
            aria-label="Connector"
            value={String(connector)}
            onChange={(value) => onConnector(Number(value))}
            data={connectors.map((id) => ({
              value: String(id),
              label: id === 0 ? "Charge point" : `Connector ${id}`,
            }))}
          />
        )}
        <SegmentedControl
          className={css.window}
          size="xs"
          aria-label="Window"
          value={String(windowSeconds)}
          onChange={(value) => onWindow(Number(value))}
          data={WINDOWS}
        />
      </div>
      {charts.every((chart) => chart.lines.length === 0) ? (
        <Notice icon="clock" title={`Nothing measured in the last ${windowSeconds / 60} minutes`}>
          Charge points usually measure while a session runs. The charts begin with the first value.
        </Notice>
      ) : (
        <div className={css.grid}>
          {shown.map((chart) => (
            <Chart key={chart.title} {...chart} {...shared} />
          ))}
        </div>
      )}
    </section>
  );
}

/** The part of a series from a moment on: the register before the session is not the session's. */
function since(series: Series, from: number): Series {
  const start = series.times.findIndex((time) => time >= from - 1);
  const at = start < 0 ? series.times.length : start;
  return { ...series, times: series.times.slice(at), values: series.values.slice(at) };
}
