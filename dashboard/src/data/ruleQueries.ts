// What the pages ask of REST about alert rules; how rules are written, taken back, and tried on what is stored.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post, put, remove } from "./api";
import type { Rule, RuleEntry } from "./rules";
import type { Page } from "./shapes";

export const ruleKeys = {
  all: ["alert-rules"] as const,
};

const at = (name: string) => `alert-rules/${encodeURIComponent(name)}`;

export const useRules = () =>
  useQuery({
    queryKey: ruleKeys.all,
    queryFn: async ({ signal }) => (await get<Page<RuleEntry>>("alert-rules", {}, signal)).items,
  });

export function useSaveRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (rule: Rule) => put<RuleEntry>(at(rule.name), rule),
    onSuccess: (saved) =>
      queries.setQueryData<RuleEntry[]>(ruleKeys.all, (known) =>
        [...(known ?? []).filter(({ name }) => name !== saved.name), saved].sort((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
      ),
  });
}

/** Take back what was written: a ready-made rule is as it was, another is gone. */
export function useRemoveRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, ready_made }: RuleEntry) => {
      await remove(at(name));
      return ready_made ? await get<RuleEntry>(at(name)) : null;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ruleKeys.all }),
  });
}

/** One time that a rule would have fired. */
export interface Episode {
  charge_point: string | null;
  connector_id: number | null;
  phase: string | null;
  fired_at: string;
  cleared_at: string | null;
  peak: number | null;
}

export interface BackTest {
  begin: string;
  end: string;
  alerts: number;
  firings: number;
  charge_points: number;
  not_looked_at: number;
  by_charge_point: { charge_point: string; firings: number }[];
  /** The newest of them. */
  episodes: Episode[];
  suggested_for_s: number | null;
  suggested_firings: number | null;
}

/** What a rule would have done in the days that are stored. */
export const useBackTest = (rule: Rule | null) =>
  useQuery({
    queryKey: ["back-test", JSON.stringify(rule)],
    enabled: rule !== null,
    placeholderData: keepPreviousData,
    // It is of the past, and costs the server some work: asked once for each way a rule is written.
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    retry: false,
    queryFn: ({ signal }) => post<BackTest>("alert-rules/back-test", { rule }, signal),
  });
