// A small figure with its name, and what it is made of: the phases, or its share of a whole.
import { fixed, type Quantity } from "../units";
import css from "./Metric.module.css";

interface Props {
  label: string;
  quantity: Quantity;
  parts?: { phase: string; value: number }[];
  digits?: number;
  share?: number;
}

export function Metric({ label, quantity, parts = [], digits = 0, share }: Props) {
  return (
    <div className={css.metric}>
      <div className={css.label}>{label}</div>
      <div className={css.value}>
        {quantity.value}
        {quantity.unit && <span className="unit">{quantity.unit}</span>}
      </div>
      {parts.length > 0 && (
        <div className={css.parts}>
          {parts.map(({ phase, value }) => (
            <span key={phase}>
              <small>{phase}</small> {fixed(value, digits)}
            </span>
          ))}
        </div>
      )}
      {share !== undefined && (
        <div className={css.bar} aria-hidden>
          <span style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
        </div>
      )}
    </div>
  );
}
