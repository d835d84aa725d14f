// One clock for the page: everything that says "2 s ago" moves on the same second.
import { useSyncExternalStore } from "react";
import { serverNow } from "../data/clock";

const listeners = new Set<() => void>();
let now = serverNow();
let here = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = serverNow();
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

/** Milliseconds since the epoch by the server's clock, new every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** The same by the browser's own clock, for what the browser itself has timed. */
export const useBrowserNow = (): number => useSyncExternalStore(subscribe, () => here);
