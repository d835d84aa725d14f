// Which day, month or year is looked at, in a time zone, and the way to the one before and after.
import { useState } from "react";
import { edgesOf, type Range, rangeName, startOf } from "./zones";

export interface RangeView {
  range: Range;
  start: number;
  end: number;
  /** Where its hours, days or months begin, and its end. */
  edges: number[];
  name: string;
  zone: string;
  /** It holds the present moment: there is nothing after it. */
  isLast: boolean;
  go: (by: number) => void;
  goTo: (range: Range, moment: number) => void;
}

export function useRange(zone: string, now: number, first: Range = "day"): RangeView {
  const [view, setView] = useState<{ range: Range; moment: number | null }>({ range: first, moment: null });
  // Without a moment of its own it stays with the present, over midnight too.
  const moment = view.moment ?? now;
  const { range } = view;
  const start = startOf(range, moment, zone);
  const end = startOf(range, start, zone, 1);
  const goTo = (next: Range, to: number) =>
    setView({ range: next, moment: startOf(next, to, zone) === startOf(next, now, zone) ? null : to });
  return {
    range,
    start,
    end,
    edges: edgesOf(range, start, zone),
    name: rangeName(range, start, zone),
    zone,
    isLast: end > now,
    go: (by) => goTo(range, startOf(range, start, zone, by)),
    goTo,
  };
}
