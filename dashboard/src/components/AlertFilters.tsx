// Which alerts are shown: how they stand, how grave, of which rule, of which charge point; kept in the address.
import { SegmentedControl, Select } from "@mantine/core";
import { useSearchParams } from "wouter";
import type { Asked } from "../data/alertQueries";
import { ruleTitle, SEVERITIES, SEVERITY_NAMES, type Severity } from "../data/alerts";
import { useChargePoints } from "../data/queries";
import css from "./AlertFilters.module.css";

const STATES = [
  { value: "open", label: "Open" },
  { value: "pending", label: "Pending" },
  { value: "resolved", label: "Resolved" },
  { value: "all", label: "All" },
] as const;

/** What the address asks for, and how to ask for something else. */
export function useAsked(): [Asked, (change: Partial<Asked>) => void] {
  const [params, setParams] = useSearchParams();
  const state = STATES.find(({ value }) => value === params.get("state"))?.value ?? "open";
  const severity = SEVERITIES.find((value) => value === params.get("severity")) ?? null;
  const asked = { state, severity, rule: params.get("rule"), charge_point: params.get("charge_point") };
  const change = (part: Partial<Asked>) =>
    setParams(
      Object.fromEntries(
        Object.entries({ ...asked, ...part }).filter(
          (entry): entry is [string, string] => Boolean(entry[1]) && entry[1] !== "open",
        ),
      ),
      { replace: true },
    );
  return [asked, change];
}

interface Props {
  asked: Asked;
  onChange: (change: Partial<Asked>) => void;
  /** Names of all rules there are. */
  rules: string[];
}

export function AlertFilters({ asked, onChange, rules }: Props) {
  const chargePoints = useChargePoints();
  const names = (chargePoints.data ?? []).map(({ identifier }) => identifier);
  const { charge_point } = asked;
  // One that has been taken away may still be asked for.
  const offered = charge_point && !names.includes(charge_point) ? [charge_point, ...names] : names;
  return (
    <fieldset className={css.filters} aria-label="Show">
      <SegmentedControl
        className={css.state}
        size="xs"
        aria-label="State"
        value={asked.state}
        onChange={(value) => onChange({ state: value as Asked["state"] })}
        data={[...STATES]}
      />
      <Select
        size="xs"
        className={css.field}
        aria-label="Severity"
        placeholder="Any severity"
        clearable
        data={SEVERITIES.map((value) => ({ value, label: SEVERITY_NAMES[value] }))}
        value={asked.severity}
        onChange={(value) => onChange({ severity: value as Severity | null })}
      />
      <Select
        size="xs"
        className={css.field}
        aria-label="Rule"
        placeholder="Any rule"
        clearable
        searchable
        data={rules.map((value) => ({ value, label: ruleTitle(value) }))}
        value={asked.rule}
        onChange={(value) => onChange({ rule: value })}
      />
      <Select
        size="xs"
        className={`${css.field} ${css.whom}`}
        aria-label="Charge point"
        placeholder="Any charge point"
        clearable
        searchable
        limit={50}
        data={offered}
        value={charge_point}
        onChange={(value) => onChange({ charge_point: value })}
      />
    </fieldset>
  );
}
