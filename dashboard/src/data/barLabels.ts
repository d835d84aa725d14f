// What stands under the bars of a day, a month, a year, and what each is called in full.
import type { BarLabel } from "../charts/Bars";
import { inZone, localOf, type Range } from "./zones";

const pad = (value: number) => String(value).padStart(2, "0");

export function labelsOf(range: Range, edges: number[], zone: string): BarLabel[] {
  return edges.slice(0, -1).map((start, index): BarLabel => {
    const end = edges[index + 1] as number;
    if (range === "year") {
      const short = inZone(start, zone, { month: "short" }).slice(0, 3);
      return { short, long: inZone(start, zone, { month: "long", year: "numeric" }), rank: 0 };
    }
    const { hour, day, minute } = localOf(start, zone);
    if (range === "month") {
      const long = inZone(start, zone, { weekday: "short", day: "numeric", month: "short" });
      return { short: String(day), long, rank: day === 1 || (day % 5 === 0 && day < 30) ? 0 : 2 };
    }
    const time = (ms: number) => inZone(ms, zone, { hour: "2-digit", minute: "2-digit" });
    const long = `${inZone(start, zone, { day: "numeric", month: "short" })}, ${time(start)} to ${time(end)}`;
    return {
      short: pad(hour) + (minute ? `:${pad(minute)}` : ""),
      long,
      rank: hour % 6 === 0 ? 0 : hour % 2 === 0 ? 1 : 2,
    };
  });
}
