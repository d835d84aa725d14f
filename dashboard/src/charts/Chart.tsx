// One live chart: a sliding window of lines, drawn by uPlot, its legend the figures under the cursor or the latest.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { serverNow } from "../data/clock";
import { useShownZone } from "../data/times";
import css from "./Chart.module.css";
import { aligned, isOver, type LineOf, valueAt } from "./lines";
import { optionsFor } from "./options";

export interface ChartLine extends LineOf {
  label: string;
}

interface Props {
  title: string;
  unit: string;
  digits: number;
  lines: ChartLine[];
  /** Seconds since the epoch: the right edge. */
  now: number;
  windowSeconds: number;
  /** Zero belongs in the picture (power, energy), or not (voltage). */
  fromZero?: boolean;
  /** Small movements matter (a meter's register), however large the value. */
  tight?: boolean;
  /** The scale ends here (100 for a state of charge). */
  top?: number;
  /** Grows with every new sample. */
  version: number;
}

export function Chart(props: Props) {
  const { title, unit, digits, lines, now, windowSeconds, fromZero, top, tight } = props;
  const scheme = useComputedColorScheme("light");
  const zone = useShownZone();
  const place = useRef<HTMLDivElement>(null);
  const figures = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const labels = lines.map((line) => line.label).join("|");

  // biome-ignore lint/correctness/useExhaustiveDependencies: `scheme` changes the colours that are read from the page.
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const showFigures = (u: uPlot) => {
      const spans = figures.current?.querySelectorAll("b");
      if (!spans) return;
      const times = u.data[0] ?? [];
      // Without a cursor the figures are of this moment, and a line that has ended has none.
      const ended = u.cursor.idx == null && isOver(times, serverNow() / 1000);
      const index = u.cursor.idx ?? times.length - 1;
      spans.forEach((span, i) => {
        const value = ended ? null : valueAt(u.data[i + 1] ?? [], index);
        span.textContent = value === null ? "–" : value.toFixed(digits);
      });
    };
    const names = labels.split("|");
    const u = new uPlot(
      {
        ...optionsFor(element, names, { fromZero, top, tight, zone }),
        hooks: { setCursor: [showFigures], setData: [showFigures] },
      },
      [[]],
      element,
    );
    plot.current = u;
    const resize = new ResizeObserver(() =>
      u.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      u.destroy();
      plot.current = null;
    };
  }, [labels, digits, fromZero, top, tight, zone, scheme]);

  useEffect(() => {
    const u = plot.current;
    if (!u) return;
    const from = now - windowSeconds;
    u.batch(() => {
      u.setData(aligned(lines, from), false);
      u.setScale("x", { min: from, max: now });
    });
  });

  return (
    <figure className={css.chart} aria-label={`${title}, ${unit}`}>
      <figcaption className={css.caption}>
        <span className={css.title}>
          {title} <span className="muted">{unit}</span>
        </span>
        <div ref={figures} className={css.figures}>
          {lines.map((line, index) => (
            <span key={line.label} className={css.figure}>
              <i data-line={index % 4} aria-hidden />
              {lines.length > 1 && line.label} <b>–</b>
            </span>
          ))}
        </div>
      </figcaption>
      <div ref={place} className={css.place} />
    </figure>
  );
}
