// Schedules: laid beside each other as columns, and whether they say the same.
import type { Profile } from "./profiles";
import { columnsOf, differ, limitAt, ofAnswer, ofComposite, ofProfile } from "./schedules";
import type { Command } from "./shapes";

const START = "2026-11-25T15:00:00Z";
const from = Date.parse(START) / 1000;
const ours = ofComposite({
  schedule_start: START,
  duration: 3600,
  unit: "A",
  converted: false,
  periods: [
    { start_period: 0, limit: 16 },
    { start_period: 1800, limit: null },
  ],
});
const answer = (chargingSchedule: object, scheduleStart = START) =>
  ({ result: { status: "Accepted", scheduleStart, chargingSchedule } }) as Command;
const periods = [{ startPeriod: 0, limit: 16 }];

test("a line is level to each edge, and has a gap where nothing limits", () => {
  expect(columnsOf([ours], from, from + 3600)).toEqual([
    [from, from + 1800, from + 1800, from + 3600],
    [16, 16, null, null],
  ]);
});

test("an answer that ends early limits nothing after its end", () => {
  const shorter = answer({ duration: 1800, chargingRateUnit: "A", chargingSchedulePeriod: periods });
  const its = ofAnswer(shorter, from, 3600);
  expect(its && limitAt(its, from + 1900)).toBeNull();
  expect(its && differ(ours, its, from, from + 3600)).toBe(false);
  const longer = ofAnswer(answer({ chargingRateUnit: "A", chargingSchedulePeriod: periods }), from, 3600);
  expect(longer && differ(ours, longer, from, from + 3600)).toBe(true);
});

test("an answer without a schedule is none", () => {
  expect(ofAnswer({ result: { status: "Rejected" } } as Command, from, 60)).toBeNull();
  expect(ofAnswer({ result: null } as Command, from, 60)).toBeNull();
});

test("a profile that counts from the start of charging is drawn from now on, for a day", () => {
  const chargingSchedule = {
    chargingRateUnit: "W",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 4000 }],
  };
  const { from: begins, to, steps } = ofProfile({ chargingSchedule } as Profile, from * 1000);
  expect([begins, to, steps]).toEqual([from, from + 86_400, [[from, 4000]]]);
});
