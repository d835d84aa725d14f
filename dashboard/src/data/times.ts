// In which zone times are shown: that of whoever looks, that of the site one looks at, or UTC. Kept in this browser.
import { useEffect, useSyncExternalStore } from "react";
import { viewerZone } from "./zones";

export const TIMES = ["mine", "site", "utc"] as const;
export type Times = (typeof TIMES)[number];

const KEPT_AS = "wattdeck.times";

let times: Times = kept();
/** Where the server's days begin. */
let server: string | null = null;
/** That of the charge point whose page it is. */
let place: string | null = null;
const listeners = new Set<() => void>();

function kept(): Times {
  try {
    const found = localStorage.getItem(KEPT_AS) as Times;
    return TIMES.includes(found) ? found : "mine";
  } catch {
    return "mine"; // a browser that keeps nothing, or none at all
  }
}

function tell(): void {
  for (const each of [...listeners]) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What each choice comes to, here and now. */
export const zoneOf = (choice: Times): string =>
  choice === "utc" ? "UTC" : choice === "site" ? (place ?? server ?? viewerZone()) : viewerZone();

export const shownZone = (): string => zoneOf(times);

/** The zone in which moments are shown. Days, months and years of reports stay those of the site. */
export const useShownZone = (): string => useSyncExternalStore(subscribe, shownZone);

export const useTimes = (): Times => useSyncExternalStore(subscribe, () => times);

export function chooseTimes(next: Times): void {
  times = next;
  try {
    localStorage.setItem(KEPT_AS, next);
  } catch {
    // It holds until the page is closed.
  }
  tell();
}

/** Said once it is known who is logged in. */
export function useServerZone(zone: string | undefined): void {
  useEffect(() => {
    server = zone ?? null;
    tell();
  }, [zone]);
}

/** Said by the page of a charge point or of what belongs to one, as long as it is open. */
export function useSiteZone(zone: string | null | undefined): void {
  useEffect(() => {
    place = zone ?? null;
    tell();
    return () => {
      place = null;
      tell();
    };
  }, [zone]);
}
