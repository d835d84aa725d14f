// Rules about statuses that the browser must know too, to keep a charge point right between two answers of the server.
import type { ChargePoint, Connector } from "./shapes";

/** The nine words of OCPP 1.6, the most telling first: the one that stands for a charge point with several connectors. */
export const BY_WEIGHT = [
  "Faulted",
  "Charging",
  "SuspendedEV",
  "SuspendedEVSE",
  "Finishing",
  "Preparing",
  "Reserved",
  "Available",
  "Unavailable",
] as const;

const UNUSABLE = ["Faulted", "Unavailable"];

type Reported = Pick<Connector, "connector_id" | "status">;

/** Those a car can be plugged into: connector 0 is the charge point itself. */
export const plugsOf = ({ connectors }: Pick<ChargePoint, "connectors">): Connector[] =>
  connectors.filter((connector) => connector.connector_id !== 0);

/** Connector 0 says it; where it never spoke, the connectors do when they agree on being unusable. */
export function wholeStatus(connectors: Reported[]): string | null {
  const own = connectors.find((connector) => connector.connector_id === 0);
  if (own || connectors.length === 0) return own?.status ?? null;
  const [first, ...others] = new Set(connectors.map((connector) => connector.status));
  return first && others.length === 0 && UNUSABLE.includes(first) ? first : "Available";
}

export function summaryStatus(connectors: Reported[], whole: string | null): string | null {
  const there = new Set(connectors.filter((c) => c.connector_id !== 0).map((c) => c.status));
  if (whole && (UNUSABLE.includes(whole) || there.size === 0)) there.add(whole);
  return BY_WEIGHT.find((status) => there.has(status)) ?? null;
}

export function isAvailable(chargePoint: ChargePoint): boolean {
  const { connected, registration, status } = chargePoint;
  if (!connected || (registration ?? "accepted").toLowerCase() !== "accepted") return false;
  if (status && UNUSABLE.includes(status)) return false;
  const plugs = plugsOf(chargePoint);
  return plugs.length === 0 || plugs.some((connector) => connector.status === "Available");
}

/** A remote start makes sense when a car could begin: free, plugged in, just finished, or kept for someone. */
export const canStart = (status: string): boolean =>
  ["Available", "Preparing", "Finishing", "Reserved"].includes(status);

const SPOKEN: Record<string, string> = { SuspendedEV: "Paused by car", SuspendedEVSE: "Paused by charger" };

export const spoken = (status: string | null): string => (status ? (SPOKEN[status] ?? status) : "Unknown");
