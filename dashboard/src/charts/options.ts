// How every chart looks: thin axes, our colours, the time zone named on the axis.
import uPlot from "uplot";
import { inZone, knownZone, zoneWithOffset } from "../data/zones";
import { isolated } from "./lines";

interface Look {
  fromZero?: boolean | undefined;
  top?: number | undefined;
  tight?: boolean | undefined;
  /** That of the axis. */
  zone: string;
}

const FONT = '11px "Inter Variable", system-ui, sans-serif';
// Lines differ in more than colour; the legend shows the same strokes.
const DASHES = [[], [9, 4], [3, 3], [12, 3, 3, 3]];

export function optionsFor(
  element: HTMLElement,
  labels: string[],
  { fromZero, top, tight, zone }: Look,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const quiet = { stroke: colour("--ink-3"), font: FONT, labelFont: FONT, ticks: { show: false } };
  return {
    width: element.clientWidth || 300,
    height: element.clientHeight || 180,
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: "charts" },
      points: { size: 7, width: 2 },
    },
    tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), knownZone(zone)),
    scales: {
      x: { time: true, range: (_u, min, max) => [min, max] },
      y: { range: (_u, low, high) => rangeOf(low, high, fromZero ?? false, top, tight) },
    },
    axes: [
      {
        ...quiet,
        grid: { show: false },
        space: 64,
        size: 26,
        gap: 6,
        label: (u) => zoneWithOffset(zone, ...edgesOf(u)),
        labelSize: 15,
        labelGap: 0,
        values: (_u, splits, _axis, _space, step) => splits.map((s) => written(s * 1000, zone, step)),
      },
      {
        ...quiet,
        grid: { stroke: colour("--grid"), width: 1 },
        size: 46,
        gap: 8,
        space: 34,
        values: (_u, splits) => {
          const digits = digitsOf(Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)));
          return splits.map((value) => value.toFixed(digits));
        },
      },
    ],
    series: [
      {},
      ...labels.map((label, index): uPlot.Series => {
        const stroke = colour(`--line-${(index % 4) + 1}`);
        return {
          label,
          stroke,
          width: 1.75,
          dash: labels.length > 1 ? (DASHES[index % 4] ?? []) : [],
          points: { show: true, size: 5, fill: stroke, filter: (u, index) => isolated(u.data[index] ?? []) },
          ...(labels.length === 1 && fromZero && { fill: `${stroke}1c` }),
        };
      }),
    ],
  };
}

const edgesOf = ({ scales }: uPlot): [number, number] => [
  (scales.x?.min ?? 0) * 1000,
  (scales.x?.max ?? 0) * 1000,
];

/** A tick of an axis whose ticks are `step` seconds apart: the time, the day, the month. */
export function written(ms: number, zone: string, step: number): string {
  if (step >= 28 * 86_400) return inZone(ms, zone, { month: "short", year: "numeric" });
  if (step >= 86_400) return inZone(ms, zone, { day: "numeric", month: "short" });
  const time = inZone(ms, zone, {
    hour: "2-digit",
    minute: "2-digit",
    ...(step < 60 && { second: "2-digit" }),
  });
  return time === "00:00" ? inZone(ms, zone, { day: "numeric", month: "short" }) : time;
}

/** As many decimals as the step of the axis needs: 2.5 wants one, 0.025 three. */
export function digitsOf(step: number): number {
  for (let digits = 0; digits < 4; digits++) {
    const scaled = step * 10 ** digits;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return digits;
  }
  return 4;
}

/** A scale with air above and below, that does not turn noise of a volt into mountains. */
export function rangeOf(
  low: number | null,
  high: number | null,
  fromZero: boolean,
  top?: number,
  tight?: boolean,
): [number, number] {
  if (low === null || high === null) return [0, top ?? 1];
  if (fromZero) return [Math.min(0, low * 1.08), top ?? Math.max(high * 1.12, 0.1)];
  const air = Math.max((high - low) * 0.25, tight ? 0 : Math.abs(high) * 0.012, 0.05);
  return [low - air, high + air];
}
