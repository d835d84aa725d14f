// A measurand over a fixed span: the mean as a line, lowest to highest as a band around it, doubted values and peaks as marks.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { columnsOf, type History, type HistoryLine, lineName, shownIn } from "../data/history";
import { fixed, NOTHING } from "../units";
import css from "./Chart.module.css";
import { drawLimits, drawMarks, drawShade, type Mark } from "./drawings";
import { valueAt } from "./lines";
import { optionsFor, rangeOf } from "./options";

interface Props {
  title: string;
  history: History;
  lines: HistoryLine[];
  marks: Mark[];
  zone: string;
  fromZero: boolean;
  /** Small movements matter, however large the value (a meter's register). */
  tight: boolean;
  top?: number | undefined;
  /** Lines across the picture, which are always inside it; in the base unit. */
  limits?: readonly number[];
  /** A stretch was picked by dragging: from and to, in milliseconds. */
  onZoom?: (from: number, to: number) => void;
  /** When it was bad: from and to, in seconds since the epoch. */
  shaded?: readonly [number, number] | undefined;
}

const NONE: readonly number[] = [];

export function HistoryChart(props: Props) {
  const { title, history, lines, marks, zone, fromZero, tight, top, limits = NONE, shaded, onZoom } = props;
  const scheme = useComputedColorScheme("light");
  const place = useRef<HTMLDivElement>(null);
  const figures = useRef<HTMLDivElement>(null);
  // A new function with every drawing must not make a new picture.
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const zooms = onZoom !== undefined;
  const { unit, factor, digits } = shownIn(lines[0]?.unit ?? null);
  const names = lines.map(lineName);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `scheme` changes the colours that are read from the page.
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const base = optionsFor(element, names, { fromZero, top, tight, zone });
    const showFigures = (u: uPlot) => {
      const index = u.cursor.idx;
      figures.current?.querySelectorAll("b").forEach((figure, line) => {
        const columns = [1, 2, 3].map((column) => u.data[line * 3 + column] ?? []);
        // Without a cursor: from where to where the whole picture goes.
        figure.textContent =
          index == null
            ? extremesOf(columns[1] ?? [], columns[2] ?? [], digits)
            : inFigures(
                columns.map((column) => valueAt(column, index)),
                digits,
              );
      });
    };
    const u = new uPlot(
      {
        ...base,
        scales: {
          ...base.scales,
          y: { range: (_u, low, high) => withLimits(low, high, limits, factor, { fromZero, top, tight }) },
        },
        // The last tick may lie on the edge, its word half beyond it.
        padding: [8, 28, 0, 0],
        // As wide as the picture shows what one looks at: not joined to the live charts.
        cursor: {
          ...base.cursor,
          sync: {} as uPlot.Cursor.Sync,
          drag: { x: zooms, y: false, setScale: false, dist: 8 },
        },
        series: [{}, ...names.flatMap((_, line) => threeOf(base.series[line + 1] as uPlot.Series))],
        bands: names.map((_, line): uPlot.Band => {
          const stroke = String(base.series[line + 1]?.stroke ?? "");
          return { series: [line * 3 + 3, line * 3 + 2], fill: `${stroke}30` };
        }),
        hooks: {
          setCursor: [showFigures],
          setData: [showFigures],
          setSelect: [
            ({ select, posToVal }) => {
              if (select.width > 0)
                zoom.current?.(
                  posToVal(select.left, "x") * 1000,
                  posToVal(select.left + select.width, "x") * 1000,
                );
            },
          ],
          drawClear: [(chart) => shaded && drawShade(chart, shaded, element)],
          draw: [
            (chart) => drawLimits(chart, limits, factor, element),
            (chart) => drawMarks(chart, marks, factor, element),
          ],
        },
      },
      columnsOf(lines, history, factor),
      element,
    );
    u.setScale("x", { min: Date.parse(history.from) / 1000, max: Date.parse(history.to) / 1000 });
    showFigures(u);
    const resize = new ResizeObserver(() =>
      u.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      u.destroy();
    };
  }, [history, lines, marks, factor, digits, fromZero, top, tight, zone, zooms, limits, shaded, scheme]);

  return (
    <figure className={css.chart} aria-label={`${title}, ${unit}`}>
      <figcaption className={css.caption}>
        <span className={css.title}>
          {title} <span className="muted">{unit}</span>
        </span>
        <div ref={figures} className={css.figures}>
          {names.map((name, index) => (
            <span key={name} className={css.figure}>
              <i data-line={index % 4} aria-hidden />
              {names.length > 1 && name} <b>–</b>
            </span>
          ))}
        </div>
      </figcaption>
      <div ref={place} className={css.place} data-tall />
    </figure>
  );
}

/** The mean as it is, and the two edges of its band, which have no line of their own. */
function threeOf(mean: uPlot.Series): uPlot.Series[] {
  const { fill: _, ...line } = mean;
  const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false } };
  return [line, edge, edge];
}

function inFigures([mean, min, max]: (number | null)[], digits: number): string {
  if (mean === null || mean === undefined) return NOTHING;
  const [low, middle, high] = [min ?? mean, mean, max ?? mean].map((value) => fixed(value, digits));
  return low === high ? `${middle}` : `${middle} (${low} to ${high})`;
}

type Column = ArrayLike<number | null | undefined>;

function extremesOf(lowest: Column, highest: Column, digits: number): string {
  const known = (column: Column) => Array.from(column).filter((value) => value != null);
  const [low, high] = [Math.min(...known(lowest)), Math.max(...known(highest))];
  if (!Number.isFinite(low)) return NOTHING;
  return low === high ? fixed(low, digits) : `${fixed(low, digits)} to ${fixed(high, digits)}`;
}

interface Look {
  fromZero: boolean;
  top: number | undefined;
  tight: boolean;
}

/** The scale of the values, stretched to hold the limits too. */
function withLimits(
  low: number | null,
  high: number | null,
  limits: readonly number[],
  factor: number,
  { fromZero, top, tight }: Look,
): [number, number] {
  const all = [low, high, ...limits.map((limit) => limit * factor)].filter((value) => value !== null);
  if (all.length === 0 || low === null) return rangeOf(low, high, fromZero, top, tight);
  return rangeOf(Math.min(...all), Math.max(...all), fromZero, top, tight);
}
