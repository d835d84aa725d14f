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

export function summaryStatus(connectors: Pick<Connector, "status">[], whole: string | null): string | null {
  const there = new Set(connectors.map((connector) => connector.status));
  return BY_WEIGHT.find((status) => there.has(status)) ?? whole;
}

export function isAvailable(chargePoint: ChargePoint): boolean {
  const { connected, registration, status, connectors } = chargePoint;
  if (!connected || (registration ?? "accepted").toLowerCase() !== "accepted") return false;
  if (status === "Unavailable" || status === "Faulted") return false;
  return connectors.length === 0 || connectors.some((connector) => connector.status === "Available");
}

/** A remote start makes sense when a car could begin: free, plugged in, just finished, or kept for someone. */
export const canStart = (status: string): boolean =>
  ["Available", "Preparing", "Finishing", "Reserved"].includes(status);

const SPOKEN: Record<string, string> = { SuspendedEV: "Paused by car", SuspendedEVSE: "Paused by charger" };

export const spoken = (status: string | null): string => (status ? (SPOKEN[status] ?? status) : "Unknown");
