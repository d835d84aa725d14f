// Numbers of a rule that are others for some charge points: rows of a form out of what the server has, and back; which
// limit would suit what an alert is about. Pure.
import type { Alert } from "./alerts";
import { type Kind, type NumberField, numbersOf, type Rule, WAITS } from "./rules";

const FIELDS = { charge_points: "overrides", models: "model_overrides" } as const;
export type Whose = keyof typeof FIELDS;
export const WHOSE: { value: Whose; label: string }[] = [
  { value: "charge_points", label: "Charge points" },
  { value: "models", label: "Models" },
];

/** One number of those whom a pattern fits. */
export interface Override {
  whose: Whose;
  pattern: string;
  number: string;
  value: number | null;
}

type Numbers = Record<string, Record<string, number>>;
const OTHER = new Set([
  "above",
  "below",
  "clear_above",
  "clear_below",
  "tolerance",
  "within_s",
  "for_s",
  "times",
]);

/** The numbers of a kind that can be others for some. */
export const numbersFor = (kind: Kind): NumberField[] =>
  [...numbersOf(kind), ...WAITS].filter(({ name }) => OTHER.has(name));

export const overridesOf = (rule: Rule): Override[] =>
  WHOSE.flatMap(({ value: whose }) =>
    Object.entries((rule[FIELDS[whose]] as Numbers | undefined) ?? {}).flatMap(([pattern, numbers]) =>
      Object.entries(numbers).map(([number, value]) => ({ whose, pattern, number, value })),
    ),
  );

/** As the server has them; what is empty is left out. */
export function withOverrides(rule: Rule, overrides: Override[]): Rule {
  const made: Rule = { ...rule };
  for (const { value: whose } of WHOSE) {
    const numbers: Numbers = {};
    for (const { pattern, number, value } of overrides.filter((one) => one.whose === whose)) {
      const name = pattern.trim();
      if (name && value !== null) numbers[name] = { ...numbers[name], [number]: value };
    }
    if (Object.keys(numbers).length > 0) made[FIELDS[whose]] = numbers;
    else delete made[FIELDS[whose]];
  }
  return made;
}

export interface Proposal {
  number: "above" | "below";
  value: number;
}

const ROOM = 0.1;

/** The limit by which what was seen would be in order, with a tenth of room; null: it is no matter of a limit. */
export function proposalFor({ charge_point, limit, peak }: Alert, { kind }: Rule): Proposal | null {
  if (charge_point === null || kind !== "limit" || limit === null || peak === null || peak === limit)
    return null;
  const isAbove = peak > limit;
  const step = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(peak), 1e-6))) - 1);
  const room = peak + (isAbove ? 1 : -1) * ROOM * Math.abs(peak);
  const value = (isAbove ? Math.ceil(room / step) : Math.floor(room / step)) * step;
  return { number: isAbove ? "above" : "below", value: Number(value.toPrecision(6)) };
}

/** The rule with one more number for some; the same one takes its place. */
export function withOverride(rule: Rule, added: Override): Rule {
  const others = overridesOf(rule).filter(
    ({ whose, pattern, number }) =>
      whose !== added.whose || pattern !== added.pattern || number !== added.number,
  );
  return withOverrides(rule, [...others, added]);
}

/** A model as a pattern that only it fits, as far as patterns can say that. */
export const asPattern = (model: string): string => model.replaceAll("[", "?");
