// Bars with gaps: what is not known is left out, what is partly known is hatched, each bar says what it is made of.
import { Tooltip, UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, useRef, useState } from "react";
import { type Bar, isPartly, RECKONED, scaleFor } from "../data/bars";
import { energy, fixed, inWords } from "../units";
import css from "./Bars.module.css";
import { digitsOf } from "./options";

export interface BarLabel {
  /** On the axis. */
  short: string;
  /** In the tooltip and for those who hear the page: "25 Nov, 14:00 to 15:00". */
  long: string;
  /** 0 is written even on a telephone, 1 on a desk, 2 only where there is plenty of room. */
  rank: 0 | 1 | 2;
}

interface Props {
  name: string;
  bars: Bar[];
  labels: BarLabel[];
  /** What a part of a bar is called, and in which order the parts are stacked. */
  parts: { key: string; label: string }[];
  /** Says what a bar's coverage means. */
  note: (bar: Bar) => string;
  axis: string;
  /** What the same steps of another time had, as a line across each. */
  before?: { name: string; wh: (number | null)[] };
  onPick?: ((bar: Bar) => void) | undefined;
}

/** Energies of one chart share a unit: that of the highest. */
export function unitFor(highest: number): { unit: string; factor: number } {
  return highest >= 2_000_000 ? { unit: "MWh", factor: 1e-6 } : { unit: "kWh", factor: 1e-3 };
}

export function Bars({ name, bars, labels, parts, note, axis, before, onPick }: Props) {
  const [current, setCurrent] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const highest = Math.max(0, ...bars.map(({ wh }) => wh ?? 0), ...(before?.wh ?? []).map((wh) => wh ?? 0));
  const { unit, factor } = unitFor(highest);
  const { top, ticks } = scaleFor(highest * factor);
  const digits = digitsOf(ticks[1] ?? 1);
  const height = (wh: number) => `${(Math.max(0, wh * factor) / top) * 100}%`;
  const reached = Math.min(current, bars.length - 1);

  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -bars.length, End: bars.length }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(bars.length - 1, reached + by));
    setCurrent(next);
    place.current?.querySelectorAll("button")[next]?.focus();
  };

  return (
    <figure className={css.chart} aria-label={name}>
      <div className={css.unit}>{unit}</div>
      <div className={css.body}>
        <div className={css.scale} aria-hidden>
          {ticks.map((tick) => (
            <span key={tick} style={{ bottom: `${(tick / top) * 100}%` }}>
              {fixed(tick, digits)}
            </span>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset brings a look of its own; the arrows move between the buttons inside. */}
        <div ref={place} className={css.plot} role="group" aria-label={name} onKeyDown={move}>
          {ticks.map((tick) => (
            <i key={tick} className={css.line} style={{ bottom: `${(tick / top) * 100}%` }} />
          ))}
          {bars.map((bar, index) => {
            const label = labels[index];
            const other = before?.wh[index] ?? null;
            const beside = before && other !== null ? `${before.name} ${inWords(energy(other))}` : null;
            const words = [bar.wh === null ? null : inWords(energy(bar.wh)), note(bar), beside]
              .filter(Boolean)
              .join(", ");
            return (
              <Tooltip
                key={bar.start}
                events={{ hover: true, focus: true, touch: true }}
                label={
                  <Told label={label?.long ?? ""} bar={bar} parts={parts} note={note(bar)} beside={beside} />
                }
              >
                <UnstyledButton
                  className={css.slot}
                  data-gap={(bar.wh === null && !bar.ahead) || undefined}
                  data-partly={isPartly(bar) || undefined}
                  data-open={bar.open || undefined}
                  aria-label={`${label?.long}: ${words}`}
                  tabIndex={index === reached ? 0 : -1}
                  onFocus={() => setCurrent(index)}
                  onClick={() => onPick?.(bar)}
                  data-picks={onPick !== undefined || undefined}
                >
                  {parts.map(({ key }, slot) => {
                    const part = bar.parts.find((one) => one.key === key);
                    return part && part.wh > 0 ? (
                      <span
                        key={key}
                        className={css.part}
                        data-slot={slot % 4}
                        data-reckoned={key === RECKONED || undefined}
                        style={{ height: height(part.wh) }}
                      />
                    ) : null;
                  })}
                  {other !== null && <i className={css.before} style={{ bottom: height(other) }} />}
                </UnstyledButton>
              </Tooltip>
            );
          })}
        </div>
        <div className={css.labels} aria-hidden>
          {labels.map((label, index) => (
            <span
              key={bars[index]?.start ?? index}
              data-rank={label.rank}
              data-open={bars[index]?.open || undefined}
            >
              {label.short}
            </span>
          ))}
        </div>
      </div>
      <figcaption className={css.axis}>{axis}</figcaption>
    </figure>
  );
}

function Told({
  label,
  bar,
  parts,
  note,
  beside,
}: {
  label: string;
  bar: Bar;
  parts: { key: string; label: string }[];
  note: string;
  beside: string | null;
}) {
  return (
    <div className={css.told}>
      <b>{label}</b>
      {bar.wh !== null && <div>{inWords(energy(bar.wh))}</div>}
      {bar.parts.length > 1 &&
        parts.map(({ key, label: name }) => {
          const part = bar.parts.find((one) => one.key === key);
          return part ? (
            <div key={key}>
              {name}: {inWords(energy(part.wh))}
            </div>
          ) : null;
        })}
      {note && <div>{note}</div>}
      {beside && <div>{beside}</div>}
    </div>
  );
}
