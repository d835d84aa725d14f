// Whose word about a doubted value is the last.
import { type FlagChange, lastWord } from "./doubted";
import type { MeterValue } from "./shapes";

const value = {
  connector_id: 1,
  measurand: "Energy.Active.Import.Register",
  phase: null,
  location: "Outlet",
  taken_at: "2026-11-25T08:00:00.000Z",
} as MeterValue;
const change = (rest: Partial<FlagChange>): FlagChange => ({
  connector_id: 1,
  measurand: "Energy.Active.Import.Register",
  phase: null,
  location: "Outlet",
  from: "2026-11-25T08:00:00.000Z",
  to: "2026-11-25T08:00:00.000Z",
  action: "lifted",
  made_by: "admin",
  note: null,
  at: "2026-11-25T09:00:00.000Z",
  ...rest,
});

test("the newest change that covers the value and its series counts", () => {
  const found = [
    change({ connector_id: 2 }),
    change({ from: "2026-11-25T08:00:01.000Z", to: "2026-11-25T08:30:00.000Z" }),
    change({ action: "flagged", from: "2026-11-25T07:00:00.000Z" }),
    change({}),
  ];
  expect(lastWord(value, found)?.action).toBe("flagged");
  expect(lastWord(value, found.slice(0, 2))).toBeNull();
});
