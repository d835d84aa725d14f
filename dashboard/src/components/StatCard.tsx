// One total: what it counts, the figure, and a word that puts it in proportion.
import type { Quantity } from "../units";
import { Icon, type IconName } from "./icons";
import css from "./StatCard.module.css";

interface Props {
  label: string;
  icon: IconName;
  quantity: Quantity;
  note?: string;
  /** What the note means, for who asks. */
  hint?: string | undefined;
  tone?: "good" | "busy" | "accent";
}

export function StatCard({ label, icon, quantity, note, hint, tone }: Props) {
  return (
    <div className={`panel ${css.card}`} data-tone={tone}>
      <div className={css.label}>
        <span className={css.icon}>
          <Icon name={icon} />
        </span>
        {label}
      </div>
      <div className={css.figure}>
        {quantity.value}
        {quantity.unit && <span className="unit">{quantity.unit}</span>}
      </div>
      <div className={css.note} title={hint}>
        {note ?? "\u00a0"}
      </div>
    </div>
  );
}
