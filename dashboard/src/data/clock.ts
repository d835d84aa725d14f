// The server's clock as the browser sees it: a telephone that is an hour wrong must not show an hour-old window.

/** Below this the difference is the network's, not the clock's; charts stay still. */
const TOLERANCE_MS = 2_000;
/** A word that was late in coming makes the server look slow, never fast: of so many the largest difference is believed. */
const REMEMBERED = 3;

let differences: number[] = [];
let skew = 0;

/** What the server said of the time, and when (browser's clock) it was heard. Milliseconds since the epoch. */
export function serverSaid(time: number, heard: number = Date.now()): void {
  if (!Number.isFinite(time)) return;
  differences = [...differences.slice(1 - REMEMBERED), time - heard];
  const difference = Math.max(...differences);
  const next = Math.abs(difference) > TOLERANCE_MS ? difference : 0;
  if (Math.abs(next - skew) > TOLERANCE_MS) skew = next;
}

/** Milliseconds since the epoch, by the server's clock. */
export const serverNow = (): number => Date.now() + skew;

/** For tests. */
export function forgetServer(): void {
  differences = [];
  skew = 0;
}
