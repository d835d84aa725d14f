// Alert rules as the server writes them, in words and as what a form edits. Pure.
import type { Severity } from "./alerts";

export type Kind = "limit" | "rate" | "stall" | "missing" | "count" | "word" | "sequence" | "compare";

/** A rule as one writes it: what is as it is without being said is left out. */
export interface Rule {
  name: string;
  kind: Kind;
  signal: string;
  severity?: Severity;
  text?: string;
  enabled?: boolean;
  above?: number | null;
  below?: number | null;
  for_s?: number;
  [field: string]: unknown;
}

export interface RuleEntry {
  name: string;
  ready_made: boolean;
  changed: boolean;
  enabled: boolean;
  rule: Rule;
}
