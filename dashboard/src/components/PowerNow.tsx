// Where the power goes at this moment: one bar, the largest takers by name, the rest together.
import { Link } from "wouter";
import type { Running } from "../data/merge";
import { inWords, power } from "../units";
import css from "./PowerNow.module.css";

const NAMED = 5;

export function PowerNow({ running }: { running: Map<string, Running> }) {
  const takers = [...running]
    .map(([identifier, { power_w }]) => ({ identifier, watts: power_w ?? 0 }))
    .filter(({ watts }) => watts > 0)
    .sort((a, b) => b.watts - a.watts);
  const total = takers.reduce((sum, { watts }) => sum + watts, 0);
  const named = takers.slice(0, NAMED);
  const others = takers.slice(NAMED);
  const rest = others.reduce((sum, { watts }) => sum + watts, 0);
  const { value, unit } = power(total);
  return (
    <section className={`panel ${css.panel}`} aria-label="Power now">
      <div className={css.total}>
        <div className={css.label}>Power now</div>
        <div className={css.figure}>
          {value}
          <span className="unit">{unit}</span>
        </div>
      </div>
      <div className={css.side}>
        <div className={css.bar} aria-hidden>
          {named.map(({ identifier, watts }, index) => (
            <span key={identifier} data-slot={index} style={{ flexGrow: watts }} />
          ))}
          {rest > 0 && <span data-slot="rest" style={{ flexGrow: rest }} />}
        </div>
        <ul className={css.legend}>
          {named.map(({ identifier, watts }, index) => (
            <li key={identifier}>
              <i data-slot={index} aria-hidden />
              <Link href={`/charge-points/${encodeURIComponent(identifier)}`} className={css.name}>
                {identifier}
              </Link>
              <span className="tabular muted">{inWords(power(watts))}</span>
            </li>
          ))}
          {rest > 0 && (
            <li>
              <i data-slot="rest" aria-hidden />
              <span>{others.length} more</span>
              <span className="tabular muted">{inWords(power(rest))}</span>
            </li>
          )}
          {takers.length === 0 && <li className="muted">Nobody draws power at the moment.</li>}
        </ul>
      </div>
    </section>
  );
}
