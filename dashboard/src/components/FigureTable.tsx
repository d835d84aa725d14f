// The bars of a chart once more as a table, for those who read figures rather than pictures.
import type { BarLabel } from "../charts/Bars";
import type { Bar } from "../data/bars";
import { energy, inWords, NOTHING } from "../units";
import css from "./FigureTable.module.css";

interface Props {
  bars: Bar[];
  labels: BarLabel[];
  note: (bar: Bar) => string;
  /** What the notes are about. */
  heading: string;
}

export function FigureTable({ bars, labels, note, heading }: Props) {
  return (
    <details className={css.details}>
      <summary>As a table</summary>
      <div className={css.scroll}>
        <table>
          <thead>
            <tr>
              <th>Time</th>
              <th data-right>Energy</th>
              <th>{heading}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar, index) => (
              <tr key={bar.start}>
                <td>{labels[index]?.long}</td>
                <td data-right>{bar.wh === null ? NOTHING : inWords(energy(bar.wh))}</td>
                <td className="muted">{note(bar)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
