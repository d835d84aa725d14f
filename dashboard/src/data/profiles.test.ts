// Charging profiles: from the wire to the form and back, refusals at their fields, and what one says in words.
import {
  complaintsIn,
  draftOf,
  type InstalledProfile,
  kindInWords,
  limitsInWords,
  newDraft,
  originOf,
  type Profile,
  profileOf,
  secondsOf,
} from "./profiles";

const NIGHTS: Profile = {
  chargingProfileId: 1,
  stackLevel: 2,
  chargingProfilePurpose: "TxDefaultProfile",
  chargingProfileKind: "Recurring",
  recurrencyKind: "Daily",
  validTo: "2027-01-01T00:00:12Z",
  chargingSchedule: {
    duration: 86_400,
    startSchedule: "2026-01-01T22:00:30Z",
    chargingRateUnit: "A",
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 16, numberPhases: 3 },
      { startPeriod: 28_830, limit: 6.5 },
    ],
    minChargingRate: 6,
  },
};

test("a profile that nobody has changed comes back from the form as it was, to the second", () => {
  expect(profileOf(draftOf({ name: "nights", profile: NIGHTS }))).toEqual(NIGHTS);
});

test("what counts from the start of charging has no start and does not repeat", () => {
  const made = profileOf({ ...draftOf({ name: "", profile: NIGHTS }), kind: "Relative" }) as Profile;
  expect(made.recurrencyKind).toBeUndefined();
  expect(made.chargingSchedule.startSchedule).toBeUndefined();
});

test("what cannot be read is said at its field", () => {
  const periods = [{ from: "soon", limit: "", phases: "" }];
  expect(Object.keys(profileOf({ ...newDraft(4), level: "x", lasts: "1:75", periods }))).toEqual([
    "periods.0.from",
    "periods.0.limit",
    "level",
    "lasts",
  ]);
  expect([secondsOf("8"), secondsOf("8:30"), secondsOf("0:00:30"), secondsOf("8:3")]).toEqual([
    28_800,
    30_600,
    30,
    null,
  ]);
});

test("each refusal of the server stands at its field, without the section of the standard", () => {
  const detail =
    "stackLevel: the lowest is 0 (§7.8); chargingSchedule.chargingSchedulePeriod[0].startPeriod: the first period begins at 0 (§7.13); chargingSchedule.chargingSchedulePeriod: a limit is not negative";
  expect(complaintsIn(detail)).toEqual({
    level: "the lowest is 0",
    periods: "the first period begins at 0; a limit is not negative",
  });
  expect(complaintsIn("the charging profile 'day' has chargingProfileId 1")).toEqual({
    id: "the charging profile 'day' has chargingProfileId 1",
  });
  expect(complaintsIn("something else")).toEqual({ "": "something else" });
});

test("a profile says its limits and when they hold in words", () => {
  expect(limitsInWords(NIGHTS)).toBe("16\u00a0A on 3 phases, from 8:00:30 on 6.5\u00a0A");
  expect(kindInWords(NIGHTS)).toBe("every day");
});

test("what a charge point holds is the kept one it was sent, changed since or not", () => {
  const held = { charging_profile_id: 1, profile: { ...NIGHTS, transactionId: 7 } } as InstalledProfile;
  const kept = { name: "nights", profile: NIGHTS, updated_at: "" };
  expect(originOf(held, [kept])).toEqual({ name: "nights", changed: false });
  expect(originOf(held, [{ ...kept, profile: { ...NIGHTS, stackLevel: 3 } }])?.changed).toBe(true);
  expect(originOf(held, [])).toBeNull();
});
