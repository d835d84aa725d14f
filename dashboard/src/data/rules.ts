// Alert rules as the server writes them, in words and as what a form edits. Pure.
import { duration } from "../units";
import { exactly, type Severity, signalName } from "./alerts";
import { type Override, overridesOf, withOverrides } from "./overrides";
import { unitOf } from "./signals";
import { apart } from "./words";

export const KINDS = [
  { value: "limit", label: "Beyond a limit" },
  { value: "rate", label: "Changes too fast" },
  { value: "stall", label: "Does not move" },
  { value: "missing", label: "Nothing comes" },
  { value: "count", label: "Happens too often" },
  { value: "word", label: "Says a word" },
  { value: "sequence", label: "Says words one after the other" },
  { value: "compare", label: "Too little or much of another value" },
] as const;
export type Kind = (typeof KINDS)[number]["value"];

/** A rule as one writes it: what is as it is without being said is left out. */
export interface Rule {
  name: string;
  kind: Kind;
  signal: string;
  severity?: Severity;
  text?: string;
  enabled?: boolean;
  select?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface RuleEntry {
  name: string;
  ready_made: boolean;
  changed: boolean;
  enabled: boolean;
  rule: Rule;
}

export const originOf = ({ ready_made, changed }: RuleEntry): string =>
  !ready_made ? "Written" : changed ? "Changed" : "Ready-made";

export type NumberField = { name: string; label: string; unit: "signal" | "rate" | "s" | "" };
const ABOVE: NumberField = { name: "above", label: "Above", unit: "signal" };
const BELOW: NumberField = { name: "below", label: "Below", unit: "signal" };
const LIMITS: NumberField[] = [
  ABOVE,
  BELOW,
  { name: "clear_above", label: "Good again at", unit: "signal" },
  { name: "clear_below", label: "Good again from", unit: "signal" },
];
const WITHIN: NumberField = { name: "within_s", label: "Within", unit: "s" };
const TIMES: NumberField = { name: "times", label: "Times", unit: "" };

const NUMBERS: Record<Kind, NumberField[]> = {
  limit: LIMITS,
  rate: LIMITS.map((field) => ({ ...field, unit: "rate" })),
  stall: [
    { ...WITHIN, label: "For" },
    { name: "tolerance", label: "Moves no more than", unit: "signal" },
    { ...ABOVE, label: "While below" },
  ],
  missing: [
    { ...WITHIN, label: "For" },
    { ...TIMES, label: "Or usual intervals" },
  ],
  count: [TIMES, WITHIN],
  word: [],
  sequence: [WITHIN],
  compare: [
    { ...BELOW, label: "Below (share)", unit: "" },
    { ...ABOVE, label: "Above (share)", unit: "" },
    { name: "clear_below", label: "Good again from (share)", unit: "" },
    { name: "clear_above", label: "Good again at (share)", unit: "" },
    { name: "floor", label: "While the other is at least", unit: "signal" },
  ],
};

/** The numbers that a rule of a kind is made of. */
export const numbersOf = (kind: Kind): NumberField[] => NUMBERS[kind];
export const WAITS: NumberField[] = [
  { name: "for_s", label: "Bad for, before it fires", unit: "s" },
  { name: "clear_for_s", label: "Good for, before it ends", unit: "s" },
  { name: "least_s", label: "Fires for at least", unit: "s" },
  { name: "cool_down_s", label: "The same alert, when bad again within", unit: "s" },
];
export const REMIND: NumberField = {
  name: "remind_s",
  label: "Reminded after, while nobody takes it up",
  unit: "s",
};
export const saysWords = (kind: Kind): boolean => kind === "word" || kind === "sequence";
export const DURING = [
  { value: "always", label: "Always" },
  { value: "connected", label: "While connected" },
  { value: "session", label: "While a session runs" },
  { value: "charging", label: "While it charges" },
];
/** Whom it is for: patterns, of which one each must match. */
export const SELECTS = [
  { name: "charge_points", label: "Charge points" },
  { name: "sites", label: "Sites" },
  { name: "models", label: "Models" },
];
/** And those that are needed more rarely; of connectors numbers, of phases names, of the others patterns too. */
export const MORE_SELECTS = [
  { name: "vendors", label: "Vendors" },
  { name: "firmware", label: "Firmware" },
  { name: "id_tags", label: "Tags, while their session runs" },
  { name: "connectors", label: "Connectors" },
  { name: "phases", label: "Phases" },
];

/** Another step, when nobody has acknowledged an alert for so long. */
export interface Step {
  after_s: number | null;
  channels: string[];
}

/** What the form has fields for, whatever the kind. */
const ALWAYS = ["name", "kind", "signal", "severity", "text", "enabled", "during", "channels", "escalate"];

/** A rule in parts: what has a field, numbers that are others for some, and the rest as the text of a JSON object. */
export interface Draft {
  rule: Rule;
  overrides: Override[];
  rest: string;
}

const hasField = (kind: Kind): Set<string> =>
  new Set([
    ...ALWAYS,
    ...[...numbersOf(kind), ...WAITS, REMIND].map(({ name }) => name),
    ...(saysWords(kind) ? ["words"] : []),
    ...(kind === "compare" ? ["against"] : []),
  ]);

const isSelected = (name: string) => [...SELECTS, ...MORE_SELECTS].some((select) => select.name === name);

export function draftOf(rule: Rule): Draft {
  const fields = hasField(rule.kind);
  const rest: Record<string, unknown> = {};
  const own: Rule = { name: rule.name, kind: rule.kind, signal: rule.signal };
  for (const [name, value] of Object.entries(withOverrides(rule, []))) {
    if (fields.has(name)) own[name] = value;
    else if (name !== "select") rest[name] = value;
  }
  const select = Object.entries(rule.select ?? {});
  own.select = Object.fromEntries(select.filter(([name]) => isSelected(name)));
  const others = select.filter(([name]) => !isSelected(name));
  if (others.length > 0) rest.select = Object.fromEntries(others);
  return {
    rule: own,
    overrides: overridesOf(rule),
    rest: Object.keys(rest).length > 0 ? JSON.stringify(rest, null, 2) : "",
  };
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** The rule that a draft says, or what is wrong with the text of its rest. */
export function ruleOf({ rule, overrides, rest }: Draft): Rule | string {
  let others: unknown = {};
  try {
    others = rest.trim() ? JSON.parse(rest) : {};
  } catch (error) {
    return `No JSON: ${(error as Error).message}`;
  }
  if (typeof others !== "object" || others === null || Array.isArray(others))
    return "A JSON object in braces";
  const fields = hasField(rule.kind);
  const own = Object.entries(rule).filter(
    ([name, value]) => fields.has(name) && name !== "select" && !isEmpty(value),
  );
  const more = (others as { select?: object }).select;
  const select = {
    ...more,
    ...Object.fromEntries(Object.entries(rule.select ?? {}).filter(([, v]) => !isEmpty(v))),
  };
  const made = withOverrides({ ...others, ...Object.fromEntries(own) } as Rule, overrides);
  delete made.select;
  return Object.keys(select).length > 0 ? { ...made, select } : made;
}

/** "Power more than 50 kW, for 1 min": what a rule looks for, in one line. */
export function ruleWords({ kind, signal, ...rule }: Rule): string {
  const unit = unitOf(signal);
  const number = (name: string) => rule[name] as number | undefined;
  const said = (name: string, as = unit) => {
    const value = number(name);
    return value === undefined || value === null ? null : exactly(value, as, signal);
  };
  const either = (as = unit, more = "") =>
    [
      said("above", as) && `more than ${said("above", as)}${more}`,
      said("below", as) && `less than ${said("below", as)}${more}`,
    ]
      .filter(Boolean)
      .join(" or ");
  const within = duration(number("within_s"));
  const words = ((rule.words as string[] | undefined) ?? []).map(apart);
  const looked: Record<Kind, () => string> = {
    limit: () => either(),
    rate: () => `changes ${either(unit, " a second")}`,
    stall: () => `does not move for ${within}`,
    missing: () => `nothing comes for ${within}`,
    count: () => `${number("times")} times in ${within}`,
    word: () => words.join(" or "),
    sequence: () => `${words.join(", then ")} within ${within}`,
    compare: () => `${either("")} of ${signalName(String(rule.against ?? "")).toLowerCase()}`,
  };
  const wait = number("for_s");
  return `${signalName(signal)} ${looked[kind]()}${wait ? `, for ${duration(wait)}` : ""}`;
}
