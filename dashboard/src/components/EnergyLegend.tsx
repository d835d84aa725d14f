// What the colours and hatches of bars of energy stand for, and how much of a range was measured.
import { shareWords, type Total } from "../data/bars";
import css from "./EnergyHistory.module.css";

interface Props {
  parts: { key: string; label: string }[];
  partly: boolean;
  /** Some of it no register has counted. */
  reckoned?: boolean;
}

export function Legend({ parts, partly, reckoned }: Props) {
  return (
    <span className={css.legend}>
      {parts.length > 1 &&
        parts.map(({ key, label }, index) => (
          <span key={key}>
            <i data-slot={index % 4} aria-hidden /> {label}
          </span>
        ))}
      {reckoned && (
        <span title="From power and time, or from what each interval brought: these sessions have no register.">
          <i data-slot="reckoned" aria-hidden /> reckoned without a meter
        </span>
      )}
      {partly && (
        <span>
          <i data-slot="partly" aria-hidden /> partly measured
        </span>
      )}
    </span>
  );
}

export function summary({ coverage, unknown }: Total, isLast: boolean): string {
  const far = isLast ? " so far" : "";
  if (coverage === null || (coverage >= 0.995 && unknown === 0)) return `measured throughout${far}`;
  return `${shareWords(coverage)} of the time measured${far}`;
}
