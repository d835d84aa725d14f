// What the pages ask of REST about alert rules, and how rules are written and taken back.
import { useQuery } from "@tanstack/react-query";
import { get } from "./api";
import type { RuleEntry } from "./rules";
import type { Page } from "./shapes";

export const ruleKeys = {
  all: ["alert-rules"] as const,
};

export const useRules = () =>
  useQuery({
    queryKey: ruleKeys.all,
    queryFn: async ({ signal }) => (await get<Page<RuleEntry>>("alert-rules", {}, signal)).items,
  });
