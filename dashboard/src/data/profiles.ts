// Charging profiles: as a form has them and as they go over the wire, what they say in words, what is refused of one.

export interface Period {
  startPeriod: number;
  limit: number;
  numberPhases?: number;
}

/** A ChargingProfile of OCPP 1.6. */
export interface Profile {
  chargingProfileId: number;
  transactionId?: number;
  stackLevel: number;
  chargingProfilePurpose: string;
  chargingProfileKind: string;
  recurrencyKind?: string;
  validFrom?: string;
  validTo?: string;
  chargingSchedule: {
    duration?: number;
    startSchedule?: string;
    chargingRateUnit: string;
    chargingSchedulePeriod: Period[];
    minChargingRate?: number;
  };
}

export interface KeptProfile {
  name: string;
  profile: Profile;
  updated_at: string;
}

export interface InstalledProfile {
  connector_id: number;
  charging_profile_id: number;
  purpose: string;
  stack_level: number;
  session_id: number | null;
  command_id: number;
  action: string | null;
  asked_by: string | null;
  installed_at: string;
  profile: Profile;
}

export const PURPOSES = [
  { value: "ChargePointMaxProfile", label: "The whole charge point" },
  { value: "TxDefaultProfile", label: "Every session without one of its own" },
  { value: "TxProfile", label: "One session" },
];
export const KINDS = [
  { value: "Absolute", label: "Once, from a moment on" },
  { value: "Recurring", label: "Again and again" },
  { value: "Relative", label: "From the start of charging" },
];
export const purposeName = (purpose: string): string =>
  PURPOSES.find(({ value }) => value === purpose)?.label ?? purpose;

/** As somebody types it; what is empty or null is not set. */
export interface Draft {
  name: string;
  id: string;
  purpose: string;
  level: string;
  kind: string;
  recurrency: string;
  validFrom: string | null;
  validTo: string | null;
  begins: string | null;
  /** Hours and minutes: "8:00". */
  lasts: string;
  unit: string;
  least: string;
  periods: { from: string; limit: string; phases: string }[];
}

const two = (part: number) => String(part).padStart(2, "0");

/** "8:00", with seconds where there are some: "0:00:30". */
export function hoursOf(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours}:${two(minutes)}${rest ? `:${two(rest)}` : ""}`;
}

/** Seconds of "8", "8:30" or "0:00:30"; null for anything else. */
export function secondsOf(text: string): number | null {
  const found = /^(\d+)(?::([0-5]\d))?(?::([0-5]\d))?$/.exec(text.trim());
  if (!found) return null;
  const [, hours, minutes = "0", rest = "0"] = found;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

const text = (value: number | undefined) => (value === undefined ? "" : String(value));

/** `id`: one that no other has. */
export const newDraft = (id: number): Draft => ({
  name: "",
  id: String(id),
  purpose: "TxDefaultProfile",
  level: "0",
  kind: "Relative",
  recurrency: "Daily",
  validFrom: null,
  validTo: null,
  begins: null,
  lasts: "",
  unit: "A",
  least: "",
  periods: [{ from: "0:00", limit: "16", phases: "" }],
});

export function draftOf({ name, profile }: Pick<KeptProfile, "name" | "profile">): Draft {
  const { chargingSchedule: schedule } = profile;
  return {
    name,
    id: String(profile.chargingProfileId),
    purpose: profile.chargingProfilePurpose,
    level: String(profile.stackLevel),
    kind: profile.chargingProfileKind,
    recurrency: profile.recurrencyKind ?? "Daily",
    validFrom: profile.validFrom ?? null,
    validTo: profile.validTo ?? null,
    begins: schedule.startSchedule ?? null,
    lasts: schedule.duration === undefined ? "" : hoursOf(schedule.duration),
    unit: schedule.chargingRateUnit,
    least: text(schedule.minChargingRate),
    periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
      from: hoursOf(startPeriod),
      limit: String(limit),
      phases: text(numberPhases),
    })),
  };
}

/** As it goes over the wire; what cannot be read is named by its field. */
export function profileOf(draft: Draft): Profile | Record<string, string> {
  const wrong: Record<string, string> = {};
  const given = <Value>(name: string, value: Value | null | undefined) =>
    value === null || value === undefined ? {} : { [name]: value };
  const number = (name: string, typed: string) => {
    if (typed.trim() === "" || Number.isNaN(Number(typed))) wrong[name] = "A number";
    return Number(typed);
  };
  const seconds = (name: string, typed: string) => {
    const found = secondsOf(typed);
    if (found === null) wrong[name] = "Hours and minutes, such as 8:00";
    return found ?? 0;
  };
  const periods = draft.periods.map(({ from, limit, phases }, index) => ({
    startPeriod: seconds(`periods.${index}.from`, from),
    limit: number(`periods.${index}.limit`, limit),
    ...(phases && { numberPhases: Number(phases) }),
  }));
  const isRelative = draft.kind === "Relative";
  const profile = {
    chargingProfileId: number("id", draft.id),
    stackLevel: number("level", draft.level),
    chargingProfilePurpose: draft.purpose,
    chargingProfileKind: draft.kind,
    ...(draft.kind === "Recurring" && { recurrencyKind: draft.recurrency }),
    ...given("validFrom", draft.validFrom),
    ...given("validTo", draft.validTo),
    chargingSchedule: {
      ...(draft.lasts.trim() && { duration: seconds("lasts", draft.lasts) }),
      ...(!isRelative && given("startSchedule", draft.begins)),
      chargingRateUnit: draft.unit,
      chargingSchedulePeriod: periods,
      ...(draft.least.trim() && { minChargingRate: number("least", draft.least) }),
    },
  };
  return Object.keys(wrong).length > 0 ? wrong : (profile as Profile);
}

export const isProfile = (made: Profile | Record<string, string>): made is Profile =>
  "chargingSchedule" in made;

const FIELDS: [path: RegExp, field: string][] = [
  [/^chargingProfileId$/, "id"],
  [/^stackLevel$/, "level"],
  [/^chargingProfilePurpose$/, "purpose"],
  [/^chargingProfileKind$/, "kind"],
  [/^recurrencyKind$/, "recurrency"],
  [/^validFrom$/, "validFrom"],
  [/^validTo$/, "validTo"],
  [/^chargingSchedule\.startSchedule$/, "begins"],
  [/^chargingSchedule\.duration$/, "lasts"],
  [/^chargingSchedule\.minChargingRate$/, "least"],
  [/^chargingSchedule\.chargingRateUnit$/, "unit"],
  [/^chargingSchedule\.chargingSchedulePeriod/, "periods"],
  [/^path\.name$/, "name"],
];

/** What the server refuses, by field; under "" what belongs to none. Without the sections of the standard. */
export function complaintsIn(detail: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const sentence of detail.split("; ")) {
    const [, path = "", what = sentence] = /^([\w.[\]]+): (.*)$/s.exec(sentence) ?? [];
    const taken = /has chargingProfileId \d+$/.test(sentence);
    const field = taken ? "id" : (FIELDS.find(([pattern]) => pattern.test(path))?.[1] ?? "");
    const said = (field === "" ? sentence : what).replace(/ \(§[\d.]+\)$/, "");
    found[field] = found[field] ? `${found[field]}; ${said}` : said;
  }
  return found;
}

/** "16 A, from 8:00 on 6 A". */
export function limitsInWords({ chargingSchedule }: Profile): string {
  const { chargingSchedulePeriod, chargingRateUnit } = chargingSchedule;
  return chargingSchedulePeriod
    .map(({ startPeriod, limit, numberPhases }) => {
      const phases = numberPhases ? ` on ${numberPhases} phase${numberPhases === 1 ? "" : "s"}` : "";
      return `${startPeriod ? `from ${hoursOf(startPeriod)} on ` : ""}${limit}\u00a0${chargingRateUnit}${phases}`;
    })
    .join(", ");
}

export function kindInWords({ chargingProfileKind, recurrencyKind }: Profile): string {
  if (chargingProfileKind === "Recurring") return recurrencyKind === "Weekly" ? "every week" : "every day";
  return chargingProfileKind === "Relative" ? "from the start of charging" : "once";
}

const asSent = ({ transactionId: _, ...rest }: Profile) => JSON.stringify(sorted(rest));
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value && typeof value === "object"
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, each]) => [name, sorted(each)]),
        )
      : value;

/** The kept profile that a charge point was sent, and whether it has been changed since; null: none of those kept. */
export function originOf(
  held: InstalledProfile,
  kept: KeptProfile[],
): { name: string; changed: boolean } | null {
  const one = kept.find(({ profile }) => profile.chargingProfileId === held.charging_profile_id);
  return one ? { name: one.name, changed: asSent(one.profile) !== asSent(held.profile) } : null;
}
