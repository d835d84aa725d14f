// The figures of every series over the last hour, the last day, or the session.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { measurandName, shownIn } from "../data/history";
import { statisticsFile, useStatistics, type Window } from "../data/historyQueries";
import { phaseName } from "../data/readings";
import type { Statistics } from "../data/shapes";
import { useNow } from "../live/now";
import { age, fixed, NOTHING } from "../units";
import { CsvLink } from "./CsvLink";
import { Notice } from "./Notice";
import { Scroll } from "./Scroll";
import { Age, Waiting } from "./State";
import css from "./Table.module.css";

const WINDOWS: { value: Window; label: string }[] = [
  { value: "1h", label: "1 h" },
  { value: "24h", label: "24 h" },
  { value: "session", label: "Session" },
];

export function StatisticsPanel({ identifier }: { identifier: string }) {
  const [window, setWindow] = useState<Window>("24h");
  const statistics = useStatistics(identifier, window);
  const now = useNow();
  const rows = [...(statistics.data ?? [])].sort(byPlace);
  const many = new Set(rows.map(({ connector_id }) => connector_id)).size > 1;
  return (
    <section className="panel" aria-label="Statistics">
      <div className="panel-head">
        <h2 className="panel-title">Statistics</h2>
        <SegmentedControl
          className="push"
          size="xs"
          aria-label="Statistics over"
          value={window}
          onChange={(value) => setWindow(value as Window)}
          data={WINDOWS}
        />
        <CsvLink href={statisticsFile(identifier, window)} />
      </div>
      <Age query={statistics} />
      <Waiting query={statistics} what="The statistics" />
      {statistics.data?.length === 0 && (
        <Notice
          icon="clock"
          title={window === "session" ? "No session yet" : "Nothing measured in this time"}
        />
      )}
      {rows.length > 0 && (
        <Scroll label="Figures of each series">
          <table className={css.table}>
            <thead>
              <tr>
                <th>Series</th>
                {many && <th data-right>Connector</th>}
                <th data-right>Values</th>
                <th data-right>Lowest</th>
                <th data-right>Mean</th>
                <th data-right>Time-weighted</th>
                <th data-right>Highest</th>
                <th data-right>Last</th>
                <th data-right>Taken</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const { unit, factor, digits } = shownIn(row.unit);
                const figure = (value: number | null) =>
                  value === null ? NOTHING : fixed(value * factor, digits);
                return (
                  <tr key={keyOf(row)}>
                    <td>
                      {measurandName(row.measurand)}
                      {row.phase && ` ${phaseName(row.phase)}`} <span className="muted">{unit}</span>
                    </td>
                    {many && <td data-right>{row.connector_id}</td>}
                    <td data-right>{fixed(row.count, 0)}</td>
                    <td data-right>{figure(row.min)}</td>
                    <td data-right>{figure(row.mean)}</td>
                    <td data-right>{figure(row.time_weighted_mean)}</td>
                    <td data-right>{figure(row.max)}</td>
                    <td data-right>{figure(row.last)}</td>
                    <td data-right className="muted">
                      {age(row.last_at, now)}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

const keyOf = ({ connector_id, measurand, phase, location }: Statistics) =>
  [connector_id, measurand, phase, location].join("|");

const byPlace = (a: Statistics, b: Statistics) =>
  a.connector_id - b.connector_id ||
  measurandName(a.measurand).localeCompare(measurandName(b.measurand)) ||
  (a.phase ?? "").localeCompare(b.phase ?? "");
