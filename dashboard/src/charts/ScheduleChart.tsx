// Limits over time, as steps: one line for each who says what is allowed; where nothing limits there is none.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { columnsOf, limitAt, type Schedule } from "../data/schedules";
import { useShownZone } from "../data/times";
import { fixed } from "../units";
import css from "./Chart.module.css";
import { optionsFor } from "./options";

interface Props {
  title: string;
  lines: { name: string; schedule: Schedule }[];
  from: number;
  to: number;
  unit: string;
}

export function ScheduleChart({ title, lines, from, to, unit }: Props) {
  const scheme = useComputedColorScheme("light");
  const zone = useShownZone();
  const place = useRef<HTMLDivElement>(null);
  const figures = useRef<HTMLDivElement>(null);
  const schedules = lines.map(({ schedule }) => schedule);
  const drawn = JSON.stringify([lines, from, to]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `scheme` changes the colours that are read; `drawn` is the lines.
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const base = optionsFor(
      element,
      lines.map(({ name }) => name),
      { fromZero: true, zone },
    );
    const showFigures = (u: uPlot) => {
      const at = u.cursor.idx == null ? from : (u.data[0][u.cursor.idx] as number);
      figures.current?.querySelectorAll("b").forEach((figure, line) => {
        const limit = schedules[line] ? limitAt(schedules[line], at) : null;
        figure.textContent = limit === null ? "no limit" : fixed(limit, limit % 1 ? 1 : 0);
      });
    };
    const u = new uPlot(
      {
        ...base,
        padding: [8, 28, 0, 0],
        cursor: { ...base.cursor, sync: {} as uPlot.Cursor.Sync },
        hooks: { setCursor: [showFigures], setData: [showFigures] },
      },
      columnsOf(schedules, from, to),
      element,
    );
    u.setScale("x", { min: from, max: to });
    const resize = new ResizeObserver(() =>
      u.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      u.destroy();
    };
  }, [drawn, scheme, zone]);

  return (
    <figure className={css.chart} aria-label={`${title}, ${unit}`}>
      <figcaption className={css.caption}>
        <span className={css.title}>
          {title} <span className="muted">{unit}</span>
        </span>
        <div ref={figures} className={css.figures}>
          {lines.map(({ name }, index) => (
            <span key={name} className={css.figure}>
              <i data-line={index % 4} aria-hidden />
              {lines.length > 1 && name} <b>–</b>
            </span>
          ))}
        </div>
      </figcaption>
      <div ref={place} className={css.place} />
    </figure>
  );
}
