// A rule as it stands in the form, tried on the last seven days: how often, when and for whom it would have fired.
import { Button, Loader } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "wouter";
import { exactly } from "../data/alerts";
import { type BackTest, useBackTest } from "../data/ruleQueries";
import type { Rule } from "../data/rules";
import { unitOf } from "../data/signals";
import { useNow } from "../live/now";
import { duration, fixed, moment, times } from "../units";
import css from "./BackTestPanel.module.css";
import { Icon } from "./icons";
import { Notice } from "./Notice";

/** Long enough that a number is written to its end before it is tried. */
const PAUSE_MS = 700;
const SHOWN = 8;

interface Props {
  /** Null: what the form says is no rule yet. */
  rule: Rule | null;
  /** Takes the wait that would halve the noise. */
  onWait: (for_s: number) => void;
}

export function BackTestPanel({ rule, onWait }: Props) {
  const [isOn, setOn] = useState(false);
  const [tried] = useDebouncedValue(rule, PAUSE_MS);
  const test = useBackTest(isOn ? withoutName(tried) : null);
  const report = test.data;
  return (
    <section className="panel" aria-label="Back-test">
      <div className="panel-head">
        <h2 className="panel-title">Would have fired</h2>
        <span className="muted">in the last seven days</span>
        {isOn && test.isFetching && <Loader size={16} className="push" />}
      </div>
      {!isOn && (
        <div className={css.begin}>
          <p>
            Tries the rule as it stands here on what is stored, and again with every change: before it wakes
            anybody.
          </p>
          <Button
            variant="default"
            size="xs"
            leftSection={<Icon name="play" size={14} />}
            onClick={() => setOn(true)}
          >
            Try it
          </Button>
        </div>
      )}
      {isOn && test.error && (
        <Notice icon="fault" title="It cannot be tried">
          {test.error.message}
        </Notice>
      )}
      {isOn && !test.error && report && (
        <div className={css.body} data-stale={test.isPlaceholderData || undefined} role="status">
          <Report report={report} rule={tried} onWait={onWait} />
        </div>
      )}
    </section>
  );
}

const withoutName = (rule: Rule | null): Rule | null => rule && { ...rule, name: "back-test", enabled: true };

const timesWords = (count: number) => (count === 0 ? "never" : times(count));
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function Report({ report, rule, onWait }: Props & { report: BackTest }) {
  const now = useNow();
  const most = Math.max(1, ...report.by_charge_point.map(({ firings }) => firings));
  return (
    <>
      <p className={css.figure}>
        {capital(timesWords(report.firings))}
        {report.firings > 0 && (
          <span className={css.rest}>
            {fixed(report.alerts, 0)} {report.alerts === 1 ? "alert" : "alerts"} at{" "}
            {fixed(report.by_charge_point.length, 0)} of {fixed(report.charge_points, 0)} charge points
          </span>
        )}
      </p>
      {report.not_looked_at > 0 && (
        <p className="muted">The time did not suffice for {fixed(report.not_looked_at, 0)} charge points.</p>
      )}
      {report.suggested_for_s !== null && report.suggested_firings !== null && (
        <p className={css.hint}>
          Bad for {duration(report.suggested_for_s)} before it fires, it would have fired{" "}
          {timesWords(report.suggested_firings)}.
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => onWait(Math.ceil(report.suggested_for_s ?? 0))}
          >
            Take that
          </Button>
        </p>
      )}
      {report.by_charge_point.length > 0 && (
        <ul className={css.list} aria-label="By charge point">
          {report.by_charge_point.slice(0, SHOWN).map(({ charge_point, firings }) => (
            <li key={charge_point}>
              <Link href={`/charge-points/${encodeURIComponent(charge_point)}/history`}>{charge_point}</Link>
              <span className={css.bar} aria-hidden>
                <span style={{ width: `${(100 * firings) / most}%` }} />
              </span>
              <span className="tabular">{fixed(firings, 0)}</span>
            </li>
          ))}
        </ul>
      )}
      {report.episodes.length > 0 && (
        <ul className={css.episodes} aria-label="The newest">
          {report.episodes.slice(0, SHOWN).map((one) => (
            <li key={`${one.charge_point} ${one.connector_id} ${one.phase} ${one.fired_at}`}>
              <span className="muted tabular">{moment(one.fired_at, now)}</span>
              <span>
                {one.charge_point}
                {one.connector_id ? ` · ${one.connector_id}` : ""}
                {one.phase && ` · ${one.phase}`}
              </span>
              <span className="tabular">
                {one.peak !== null && rule && exactly(one.peak, unitOf(rule.signal), rule.signal)}
              </span>
              <span className="muted tabular">
                {one.cleared_at === null
                  ? "still"
                  : duration((Date.parse(one.cleared_at) - Date.parse(one.fired_at)) / 1000)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
