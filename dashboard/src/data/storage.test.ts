// The words and steps of the storage page.
import { changed, coupled, daysWords, kindName, stepsWith } from "./storage";

test("only what differs from the settings in force is asked for", () => {
  const present = { keep_samples_days: 7, keep_hours_days: 30, keep_sessions_days: null };
  expect(changed(present, { keep_samples_days: 30, keep_hours_days: 30 })).toEqual({ keep_samples_days: 30 });
  expect(changed(present, {})).toEqual({});
});

test("a slider has a place for the setting in force, whatever it is", () => {
  expect(stepsWith(30)).toBe(stepsWith(7));
  const steps = stepsWith(11);
  expect(steps).toContain(11);
  expect([...steps].sort((a, b) => a - b)).toEqual(steps);
});

test("samples kept longer than hours take the hours along, and the other way round", () => {
  const present = { keep_samples_days: 7, keep_hours_days: 30, keep_days_days: 365 };
  expect(coupled(present, {}, "keep_samples_days", 14)).toEqual({ keep_samples_days: 14 });
  expect(coupled(present, {}, "keep_samples_days", 90)).toEqual({
    keep_samples_days: 90,
    keep_hours_days: 90,
  });
  expect(coupled(present, {}, "keep_days_days", 5)).toEqual({
    keep_samples_days: 5,
    keep_hours_days: 5,
    keep_days_days: 5,
  });
  expect(coupled(present, { keep_samples_days: 20 }, "keep_hours_days", 10)).toEqual({
    keep_samples_days: 10,
    keep_hours_days: 10,
  });
});

test("days in words", () => {
  expect([1, 7, 365, 730, 1.5, null].map(daysWords)).toEqual([
    "1 day",
    "7 days",
    "365 days",
    "2 years",
    "1.5 days",
    "for ever",
  ]);
  expect(kindName("frames")).toBe("Raw frames");
});
