// How long to wait before the next attempt to connect.

export interface Backoff {
  /** Seconds before the first retry. */
  first: number;
  /** Never longer than this many seconds. */
  most: number;
}

/**
 * Milliseconds before attempt `attempt` (0 is the first retry). Doubles each time; the jitter spreads the browsers
 * of one site over half of the interval, so that a server coming back is not met by all of them at once.
 */
export function delayBefore(attempt: number, { first, most }: Backoff, random: () => number): number {
  const whole = Math.min(most, first * 2 ** Math.min(attempt, 16)) * 1000;
  return whole / 2 + (whole / 2) * random();
}

/**
 * Milliseconds before the first attempt after the server has said that it restarts: it will be away for a moment anyway,
 * and all browsers hear this at the same instant.
 */
export const delayAfterRestart = (random: () => number): number => 500 + 2500 * random();
