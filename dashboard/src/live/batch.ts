// Gathers what comes in a burst and hands it on together: a fleet's thousand messages a second are a few redraws, not a thousand.

/** Returns `add`; `take` gets everything added within `ms`, in order. */
export function gather<Item>(ms: number, take: (items: Item[]) => void) {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const items = waiting;
    waiting = [];
    take(items);
  };
  return {
    add(item: Item): void {
      waiting.push(item);
      timer ??= setTimeout(flush, ms);
    },
    stop(): void {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
