// What became of an alert, the newest first: what, when, by whom, and what they said.
import { type Alert, type Change, changeName, exactly, isHappening } from "../data/alerts";
import { inZone } from "../data/zones";
import { times } from "../units";
import css from "./AlertTimeline.module.css";

export function AlertTimeline({ alert, timeline, zone }: { alert: Alert; timeline: Change[]; zone: string }) {
  return (
    <section className="panel" aria-label="Timeline">
      <div className="panel-head">
        <h2 className="panel-title">Timeline</h2>
        <span className="muted push">newest first</span>
      </div>
      <ol className={css.list}>
        {[...timeline].reverse().map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be of one moment, and they only grow at the front.
          <li key={timeline.length - index} data-what={change.what}>
            <div className={css.head}>
              <span className={css.what}>
                {changeName(change.what)}
                {change.by && ` by ${change.by}`}
              </span>
              {change.value !== null && (
                <span className="muted tabular">{inFigures(alert, change.value)}</span>
              )}
              <span className={`muted tabular ${css.at}`}>{inZone(Date.parse(change.at), zone, MOMENT)}</span>
            </div>
            {change.detail && <p className={css.detail}>{change.detail}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

const inFigures = ({ signal, unit }: Alert, value: number) =>
  isHappening(signal) ? times(value) : exactly(value, unit, signal);

const MOMENT: Intl.DateTimeFormatOptions = {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
};
