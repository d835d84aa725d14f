// From buckets of energy to the bars of a chart: which registers count, what was covered, where nothing is known.

/** One bucket of one series, as REST answers it. */
export interface Rollup {
  bucket: string;
  period: string;
  measurand: string;
  phase: string | null;
  connector_id: number;
  location?: string | null;
  count: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  sum: number | null;
  last: number | null;
  energy_wh: number | null;
  /** 0 to 1: how much of the bucket's time has a value. */
  coverage: number | null;
}

/** The part of a bar that no register has counted. */
export const RECKONED = "reckoned";

/** Energy of a connector in one bucket that no register has counted. */
export interface ReckonedBucket {
  bucket: string;
  connector_id: number;
  reckoned_wh: number;
}

export interface Part {
  key: string;
  wh: number;
}

export interface Bar {
  start: number;
  end: number;
  /** Null: nothing is known of this time. That is not the same as nothing used. */
  wh: number | null;
  parts: Part[];
  /** 0 to 1, of the time that has passed. */
  coverage: number | null;
  /** It is still going on. */
  open: boolean;
  /** It has not begun. */
  ahead: boolean;
}

/** Below this a bar is drawn as partly covered; a second lost at the edge is not worth a word. */
export const WHOLE = 0.98;

export const isPartly = ({ wh, coverage }: Bar): boolean =>
  wh !== null && coverage !== null && coverage < WHOLE;

/** Energy of a time without a bar for every phase: the total where there is one, else all phases but neutral. */
export function countedRegisters<Item extends { phase: string | null; location?: string | null }>(
  items: Item[],
): Item[] {
  const places = new Set(items.map(({ location }) => location ?? null));
  const place = CLOSEST.find((one) => places.has(one)) ?? items[0]?.location ?? null;
  const here = items.filter(({ location }) => (location ?? null) === place);
  const whole = here.filter(({ phase }) => phase === null);
  return whole.length > 0 ? whole : here.filter(({ phase }) => phase !== "N");
}

// The plug is what the driver gets; the inlet measures the same energy once more.
const CLOSEST = ["Outlet", null, "EV", "Cable", "Inlet", "Body"];

/** The connectors that have a register; 0, the charge point as a whole, only where no plug has one. */
export function connectorsOf(items: { connector_id: number }[]): number[] {
  const ids = [...new Set(items.map(({ connector_id }) => connector_id))].sort((a, b) => a - b);
  const plugs = ids.filter((id) => id !== 0);
  return plugs.length > 0 ? plugs : ids;
}

/** One bar per step between two edges, its parts the connectors. */
export function barsOf(rollups: Rollup[], edges: number[], connector: number | null, now: number): Bar[] {
  const connectors = connector === null ? connectorsOf(rollups) : [connector];
  const counted = connectors.flatMap((id) =>
    countedRegisters(rollups.filter((one) => one.connector_id === id)),
  );
  const cells = edges.slice(1).map((): Rollup[] => []);
  for (const rollup of counted) cells[placeOf(Date.parse(rollup.bucket), edges)]?.push(rollup);
  return cells.map((cell, index) => {
    const [start, end] = [edges[index] as number, edges[index + 1] as number];
    const known = cell.filter(({ energy_wh }) => energy_wh !== null);
    const parts = connectors.flatMap((id) => {
      const those = known.filter(({ connector_id }) => connector_id === id);
      if (those.length === 0) return [];
      return [{ key: String(id), wh: those.reduce((sum, { energy_wh }) => sum + (energy_wh ?? 0), 0) }];
    });
    const wh = parts.length === 0 ? null : parts.reduce((sum, part) => sum + part.wh, 0);
    return barOf(start, end, wh, parts, mean(known.map(({ coverage }) => coverage)), now);
  });
}

/** The same bars with what was reckoned on top. */
export function withReckoned(
  bars: Bar[],
  reckoned: ReckonedBucket[],
  edges: number[],
  connector: number | null,
): Bar[] {
  const sums = new Map<number, number>();
  for (const one of reckoned) {
    if (connector !== null && one.connector_id !== connector) continue;
    const place = placeOf(Date.parse(one.bucket), edges);
    sums.set(place, (sums.get(place) ?? 0) + one.reckoned_wh);
  }
  return bars.map((bar, index) => {
    const wh = sums.get(index);
    if (wh === undefined) return bar;
    return { ...bar, wh: (bar.wh ?? 0) + wh, parts: [...bar.parts, { key: RECKONED, wh }] };
  });
}

/** Coverage is said of the whole bucket; of one that goes on, only what has passed can be covered. */
export function barOf(
  start: number,
  end: number,
  wh: number | null,
  parts: Part[],
  coverage: number | null,
  now: number,
): Bar {
  const open = start <= now && now < end;
  const passed = open ? Math.max(now - start, 1) / (end - start) : 1;
  const share = coverage === null ? null : Math.min(1, coverage / passed);
  return { start, end, wh, parts, coverage: share, open, ahead: start > now };
}

function mean(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Index of the step that holds a moment; -1 or too large outside. */
export function placeOf(ms: number, edges: number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export interface Total {
  wh: number | null;
  /** Share of the time that has passed which is covered; by length, so that hours and days agree. */
  coverage: number | null;
  /** Steps in the past of which nothing is known. */
  unknown: number;
}

export function totalOf(bars: Bar[], now: number): Total {
  const known = bars.filter(({ wh }) => wh !== null);
  const past = bars.filter(({ start }) => start < now);
  const length = (bar: Bar) => Math.min(bar.end, now) - bar.start;
  const time = past.reduce((sum, bar) => sum + length(bar), 0);
  const covered = past.reduce(
    (sum, bar) => sum + length(bar) * (bar.wh === null ? 0 : (bar.coverage ?? 1)),
    0,
  );
  return {
    wh: known.length === 0 ? null : known.reduce((sum, { wh }) => sum + (wh ?? 0), 0),
    coverage: time > 0 ? covered / time : null,
    unknown: past.filter(({ wh }) => wh === null).length,
  };
}

export interface Scale {
  top: number;
  ticks: number[];
}

/** Steps of 1, 2 or 5 that hold the highest value with three to six lines. */
export function scaleFor(highest: number): Scale {
  if (!(highest > 0)) return { top: 1, ticks: [0, 1] };
  const rough = highest / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  const count = Math.ceil(highest / step - 1e-9);
  return { top: count * step, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

/** "measured throughout", "62 % measured": what a bar's coverage means, in words. */
export function coverageWords({
  wh,
  coverage,
  open,
  ahead,
  parts,
}: Pick<Bar, "wh" | "coverage" | "open" | "ahead" | "parts">): string {
  if (ahead) return "to come";
  if (wh === null) return "nothing known";
  const far = open ? " so far" : "";
  if (parts.length > 0 && parts.every(({ key }) => key === RECKONED)) return `reckoned without a meter${far}`;
  if (coverage === null || coverage >= WHOLE) return `measured throughout${far}`;
  if (coverage < 0.005) return `not measured${far}: from the readings before and after`;
  return `${shareWords(coverage)} of the time measured${far}, the rest from the readings around it`;
}

/** "62 %"; what is little is not called nothing, what is nearly all not all. */
export function shareWords(share: number): string {
  if (share > 0 && share < 0.01) return "less than 1\u00a0%";
  return `${Math.floor(share * 100)}\u00a0%`;
}
