// Schedules of limits over time: ours, a charge point's answer, a profile's own; as steps, and as columns to be drawn.
import type { Profile } from "./profiles";
import type { Command } from "./shapes";

/** As the server reckons it. */
export interface Composite {
  schedule_start: string;
  duration: number;
  unit: string;
  converted: boolean;
  periods: { start_period: number; limit: number | null }[];
}

/** Seconds since the epoch; a step without a limit is null. */
export interface Schedule {
  from: number;
  to: number;
  unit: string;
  steps: [at: number, limit: number | null][];
}

export function ofComposite({ schedule_start, duration, unit, periods }: Composite): Schedule {
  const from = Date.parse(schedule_start) / 1000;
  return {
    from,
    to: from + duration,
    unit,
    steps: periods.map(({ start_period, limit }) => [from + start_period, limit]),
  };
}

interface Answer {
  status?: string;
  scheduleStart?: string;
  chargingSchedule?: Partial<Profile["chargingSchedule"]>;
}

/** What a charge point answered to GetCompositeSchedule; null where it is no schedule. `from`: where ours begins. */
export function ofAnswer(command: Command, from: number, duration: number): Schedule | null {
  const { scheduleStart, chargingSchedule } = (command.result ?? {}) as Answer;
  const periods = chargingSchedule?.chargingSchedulePeriod;
  if (!chargingSchedule || !Array.isArray(periods)) return null;
  const said = Date.parse(scheduleStart ?? chargingSchedule.startSchedule ?? "") / 1000;
  const start = Number.isNaN(said) ? from : said;
  const end = start + (chargingSchedule.duration ?? duration);
  const steps: Schedule["steps"] = periods.map(({ startPeriod, limit }) => [start + startPeriod, limit]);
  return {
    from: start,
    to: Math.min(end, from + duration),
    unit: chargingSchedule.chargingRateUnit ?? "",
    steps: end < from + duration ? [...steps, [end, null]] : steps,
  };
}

const DAY = 86_400;

/** One round of a profile, from its start, or from now where it counts from the start of charging. */
export function ofProfile({ chargingSchedule, recurrencyKind }: Profile, now: number): Schedule {
  const { startSchedule, duration, chargingRateUnit, chargingSchedulePeriod } = chargingSchedule;
  const from = startSchedule ? Date.parse(startSchedule) / 1000 : Math.floor(now / 1000);
  const last = chargingSchedulePeriod.at(-1)?.startPeriod ?? 0;
  const round = recurrencyKind === "Weekly" ? 7 * DAY : DAY;
  const to = from + (duration ?? (recurrencyKind ? round : Math.max(DAY, last + 3600)));
  const steps = chargingSchedulePeriod.map(({ startPeriod, limit }): [number, number] => [
    from + startPeriod,
    limit,
  ]);
  return { from, to, unit: chargingRateUnit, steps: steps.filter(([at]) => at < to) };
}

/** The limit in force at a moment; null: none. */
export function limitAt({ steps }: Schedule, at: number): number | null {
  return steps.findLast(([start]) => start <= at)?.[1] ?? null;
}

/** Columns for a chart: every edge twice, so that a line is level up to it and has its next value from it on. */
export function columnsOf(
  schedules: Schedule[],
  from: number,
  to: number,
): [number[], ...(number | null)[][]] {
  const edges = new Set([from, to, ...schedules.flatMap(({ steps }) => steps.map(([at]) => at))]);
  const inside = [...edges].filter((at) => at >= from && at <= to).sort((a, b) => a - b);
  const pieces = inside.slice(1).map((end, index) => [inside[index] as number, end] as const);
  return [
    pieces.flat(),
    ...schedules.map((one) =>
      pieces.flatMap(([start]) => {
        const limit = limitAt(one, start);
        return [limit, limit];
      }),
    ),
  ];
}

/** Whether two of the same unit ever have different limits. */
export function differ(a: Schedule, b: Schedule, from: number, to: number): boolean {
  const [, first = [], second = []] = columnsOf([a, b], from, to);
  return first.some((limit, index) => {
    const other = second[index] ?? null;
    return limit === null || other === null ? limit !== other : Math.abs(limit - other) > 0.05;
  });
}
