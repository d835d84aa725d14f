// What the list of charge points is asked for: as it stands in the address, which rows fit, what there is to choose from;
// and views of it that somebody keeps in this browser.
import { matches, type Row } from "./rows";
import { plugsOf } from "./status";

export interface ListAsked {
  q: string;
  status: string;
  site: string;
  model: string;
  /** "yes", "no" or "". */
  connected: string;
}

const NAMES = ["q", "status", "site", "model", "connected"] as const;

export const listAskedOf = (params: URLSearchParams): ListAsked =>
  Object.fromEntries(NAMES.map((name) => [name, params.get(name) ?? ""])) as unknown as ListAsked;

/** Without what is not asked. */
export const listParamsOf = (asked: ListAsked): Record<string, string> =>
  Object.fromEntries(NAMES.filter((name) => asked[name] !== "").map((name) => [name, asked[name]]));

const modelOf = ({ chargePoint: { vendor, model } }: Row): string =>
  [vendor, model].filter(Boolean).join(" ");

/** A charge point has the statuses of its connectors; one that is Faulted as a whole is so, too. */
const hasStatus = ({ chargePoint }: Row, status: string): boolean =>
  chargePoint.status === status || plugsOf(chargePoint).some((connector) => connector.status === status);

export function fitting(rows: Row[], asked: ListAsked): Row[] {
  const words = asked.q.trim();
  return rows.filter(
    (row) =>
      (asked.connected === "" || row.chargePoint.connected === (asked.connected === "yes")) &&
      (asked.status === "" || hasStatus(row, asked.status)) &&
      (asked.site === "" || row.chargePoint.site === asked.site) &&
      (asked.model === "" || modelOf(row) === asked.model) &&
      (words === "" || matches(row, words)),
  );
}

/** The values there are, with how many have each, by name. */
function counted(values: string[]): [value: string, count: number][] {
  const counts = new Map<string, number>();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
}

export const choicesOf = (rows: Row[]) => ({
  sites: counted(rows.map(({ chargePoint }) => chargePoint.site ?? "")),
  models: counted(rows.map(modelOf)),
});

export interface SavedView {
  name: string;
  /** As in the address. */
  query: string;
}

const MOST_VIEWS = 30;

/** A view under a name: in place of the one that had it; the oldest goes where there are too many. */
export const withView = (views: SavedView[], view: SavedView): SavedView[] =>
  [...views.filter(({ name }) => name !== view.name), view].slice(-MOST_VIEWS);

export const withoutView = (views: SavedView[], name: string): SavedView[] =>
  views.filter((view) => view.name !== name);

/** What a browser has kept, or nothing where it is not what we wrote. */
export const viewsIn = (kept: unknown): SavedView[] =>
  Array.isArray(kept)
    ? kept.filter((view) => typeof view?.name === "string" && typeof view?.query === "string")
    : [];
