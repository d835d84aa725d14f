// Silences: what they are about in words, how one is made of an alert, and what REST is asked about them.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { alertKeys } from "./alertQueries";
import { type Alert, partOf, ruleTitle, SEVERITY_NAMES, type Severity, subjectName } from "./alerts";
import { post } from "./api";
import { usePaged } from "./paged";
import { phaseName } from "./readings";

export interface Select {
  charge_points?: string[];
  sites?: string[];
  vendors?: string[];
  models?: string[];
  firmware?: string[];
  connectors?: number[];
  phases?: string[];
}

export interface Silence {
  id: number;
  state: "active" | "planned" | "over";
  rules: string[];
  severities: Severity[];
  select: Select;
  starts_at: string;
  ends_at: string;
  repeats_until: string | null;
  comment: string;
  created_by: string;
  created_at: string;
  ended_at: string | null;
  ended_by: string | null;
}

export interface Wish {
  rules: string[];
  severities: Severity[];
  select: Select;
  starts_at?: string;
  ends_at: string;
  repeats_until?: string;
  comment: string;
}

/** What of an alert is to be silent. */
export interface Scope {
  label: string;
  rules: string[];
  select: Select;
}

// What stands for "any" in a pattern must be itself in a name.
const literally = (name: string) => name.replace(/[[*?]/g, "[$&]");

/** Whether it names charge points or sites: of whoever sees but some, each silence must, and the server looks whose. */
export const namesSomebody = ({ charge_points, sites }: Select): boolean =>
  (charge_points ?? []).length + (sites ?? []).length > 0;

/** From the narrowest to the widest. */
export function scopesOf(alert: Alert): Scope[] {
  const { rule, charge_point, connector_id, phase, site } = alert;
  const title = ruleTitle(rule);
  const everywhere = { label: `${title}, everywhere`, rules: [rule], select: {} };
  if (charge_point === null)
    return site === null
      ? [everywhere]
      : [
          { label: `${title} of site ${site}`, rules: [rule], select: { sites: [literally(site)] } },
          everywhere,
        ];
  const select = { charge_points: [literally(charge_point)] };
  const part = {
    ...select,
    ...(connector_id !== null && { connectors: [connector_id] }),
    ...(phase !== null && { phases: [phase] }),
  };
  const hasPart = connector_id !== null || phase !== null;
  return [
    ...(hasPart && partOf(alert)
      ? [{ label: `${title} of ${charge_point}, ${partOf(alert)}`, rules: [rule], select: part }]
      : []),
    { label: `${title} of ${charge_point}`, rules: [rule], select },
    { label: `Everything about ${subjectName(alert)}`, rules: ["*"], select },
    everywhere,
  ];
}

/** "Power, Volt* · critical · CP-1 · connector 2": what a silence is about. */
export function aboutWords({ rules, severities, select }: Pick<Silence, "rules" | "severities" | "select">) {
  const named = rules.map((rule) => (rule === "*" ? "every rule" : ruleTitle(rule)));
  const where = [
    ...(select.charge_points ?? []).map(readable),
    ...(select.sites ?? []).map((site) => `site ${readable(site)}`),
    ...[select.vendors, select.models, select.firmware].flatMap((each) => (each ?? []).map(readable)),
    ...(select.connectors ?? []).map((id) => `connector ${id}`),
    ...(select.phases ?? []).map(phaseName),
  ];
  const parts = [
    named.length > 0 ? named.join(", ") : "Every rule",
    severities.map((severity) => SEVERITY_NAMES[severity].toLowerCase()).join(", "),
    where.length > 0 ? where.join(", ") : "everywhere",
  ];
  const words = parts.filter(Boolean).join(" · ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const readable = (pattern: string) => pattern.replace(/\[([[*?])\]/g, "$1");

const keys = ["silences"] as const;

export const useSilences = (state: Silence["state"]) =>
  usePaged<Silence>([...keys, state], "silences", { state }, { every: 15_000 });

function useChanging<Given>(mutationFn: (given: Given) => Promise<Silence>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: keys });
      queries.invalidateQueries({ queryKey: alertKeys.raised });
    },
  });
}

export const useSilence = () => useChanging((wish: Wish) => post<Silence>("silences", wish));
export const useEndSilence = () => useChanging((id: number) => post<Silence>(`silences/${id}/end`));
