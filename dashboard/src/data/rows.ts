// The rows of the charge point list: what a row shows, and which rows a search and a filter leave.
import type { Running } from "./merge";
import type { ChargePoint } from "./shapes";
import { plugsOf } from "./status";

export interface Row {
  chargePoint: ChargePoint;
  running: Running | undefined;
}

export const FILTERS = ["All", "Connected", "Charging", "Faulted", "Offline"] as const;
export type Filter = (typeof FILTERS)[number];

const isFaulted = ({ status, connectors }: ChargePoint) =>
  status === "Faulted" || connectors.some((connector) => connector.status === "Faulted");

const PASSES: Record<Filter, (row: Row) => boolean> = {
  All: () => true,
  Connected: ({ chargePoint }) => chargePoint.connected,
  Charging: ({ running }) => running !== undefined,
  Faulted: ({ chargePoint }) => isFaulted(chargePoint),
  Offline: ({ chargePoint }) => !chargePoint.connected,
};

/** Every word must be found somewhere in what identifies or describes the charge point. */
export function matches({ chargePoint }: Row, search: string): boolean {
  const { identifier, vendor, model, serial_number, site, summary_status, connected } = chargePoint;
  const statuses = plugsOf(chargePoint).map((connector) => connector.status);
  const text = [
    identifier,
    vendor,
    model,
    serial_number,
    site,
    summary_status,
    connected ? "connected" : "offline",
    ...statuses,
  ]
    .join(" ")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function countsOf(rows: Row[]): Record<Filter, number> {
  const counts = { All: 0, Connected: 0, Charging: 0, Faulted: 0, Offline: 0 };
  for (const row of rows) for (const filter of FILTERS) if (PASSES[filter](row)) counts[filter]++;
  return counts;
}

export const left = (rows: Row[], search: string, filter: Filter): Row[] =>
  rows.filter((row) => PASSES[filter](row) && matches(row, search.trim()));
