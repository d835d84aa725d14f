// One clock for the page: everything that says "2 s ago" moves on the same second, as long as the server is heard.
import { useSyncExternalStore } from "react";
import { serverNow } from "../data/clock";

const listeners = new Set<() => void>();
let now = serverNow();
let here = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
let isHeld = false;

/** Whether the server is away: what lasted when it was heard last need not last still, so nothing grows older meanwhile. */
export function holdNow(held: boolean): void {
  isHeld = held;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (!isHeld) now = serverNow();
    here = Date.now();
    for (const each of [...listeners]) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since the epoch by the server's clock, new every second; it stands still while the server is away. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** The same by the browser's own clock, for what the browser itself has timed. */
export const useBrowserNow = (): number => useSyncExternalStore(subscribe, () => here);
