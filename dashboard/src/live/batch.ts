// Gathers what comes in a burst and hands it on together: a fleet's thousand messages a second are a few redraws, not a thousand.

/** A page in the background has a timer once a minute only: so much is never held for it. */
const MOST_WAITING = 2_000;

/** Returns `add`; `take` gets everything added within `ms`, in order. */
export function gather<Item>(ms: number, take: (items: Item[]) => void) {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const items = waiting;
    waiting = [];
    take(items);
  };
  return {
    add(item: Item): void {
      waiting.push(item);
      if (waiting.length >= MOST_WAITING) flush();
      else timer ??= setTimeout(flush, ms);
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
    },
  };
}

/** `act` at once, and however often it is called within `ms`, once more after them: what is asked for again must come to an end. */
export function seldom(ms: number, act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isWanted = false;
  const rest = () => {
    timer = undefined;
    if (isWanted) call();
  };
  const call = () => {
    isWanted = timer !== undefined;
    if (isWanted) return;
    timer = setTimeout(rest, ms);
    act();
  };
  return {
    call,
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
      isWanted = false;
    },
  };
}
