// A three-quarter ring with a figure in its middle.
import type { ReactNode } from "react";
import css from "./Gauge.module.css";

interface Props {
  label: string;
  /** 0 … 1. */
  share: number;
  tone?: "accent" | "busy";
  children: ReactNode;
  /** Where the scale ends; it stands at the right end of the ring, 0 at the left. */
  end?: string;
}

const RADIUS = 52;
const ROUND = 2 * Math.PI * RADIUS;
const ARC = 0.75;

export function Gauge({ label, share, tone = "accent", children, end }: Props) {
  const filled = Math.max(0, Math.min(1, share)) * ROUND * ARC;
  return (
    <div className={css.gauge} role="img" aria-label={label}>
      <svg viewBox="0 0 120 120" aria-hidden="true">
        <g transform="rotate(135 60 60)" fill="none" strokeLinecap="round" strokeWidth="9">
          <circle
            cx="60"
            cy="60"
            r={RADIUS}
            className={css.track}
            strokeDasharray={`${ROUND * ARC} ${ROUND}`}
          />
          <circle
            cx="60"
            cy="60"
            r={RADIUS}
            className={css.fill}
            data-tone={tone}
            strokeDasharray={`${filled} ${ROUND}`}
            // A round cap would show a dot where there is nothing.
            opacity={filled > 0.5 ? 1 : 0}
          />
        </g>
      </svg>
      <div className={css.middle}>{children}</div>
      {end && (
        <div className={css.scale} aria-hidden>
          <span>0</span>
          <span>{end}</span>
        </div>
      )}
    </div>
  );
}
