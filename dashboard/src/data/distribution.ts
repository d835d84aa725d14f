// How many connectors are in which status; those of charge points that are away count as offline, whatever they said last.
import type { ChargePoint } from "./shapes";
import { BY_WEIGHT, plugsOf } from "./status";

export const OFFLINE = "Offline";
const ORDER: string[] = [...BY_WEIGHT, OFFLINE];

/** The most telling first; statuses without any are left out. */
export function distributionOf(chargePoints: ChargePoint[]): [status: string, count: number][] {
  const counts = new Map<string, number>();
  for (const chargePoint of chargePoints)
    for (const { status } of plugsOf(chargePoint)) {
      const word = chargePoint.connected ? status : OFFLINE;
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  const place = (status: string) => (ORDER.indexOf(status) + ORDER.length + 1) % (ORDER.length + 1);
  return [...counts].sort(([a], [b]) => place(a) - place(b));
}
