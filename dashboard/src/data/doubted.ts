// Values that are not believed: which there are, and a person's word that one is right after all.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "./api";
import { PRESENT_MS } from "./historyQueries";
import type { MeterValue, Page } from "./shapes";
import { isDoubted } from "./words";

const SHOWN = 200;

/** What a person said about values from a moment to another: which flags were lifted or set again, and why. */
export interface FlagChange {
  connector_id: number;
  measurand: string;
  phase: string | null;
  location: string | null;
  from: string;
  to: string;
  action: "lifted" | "flagged";
  made_by: string;
  note: string | null;
  at: string;
}

export interface Doubted {
  values: MeterValue[];
  /** Newest first. */
  changes: FlagChange[];
}

/** The newest values in doubt of a charge point, those that a person lifted among them. */
export const useDoubted = (identifier: string) =>
  useQuery({
    queryKey: ["charge-point", identifier, "doubted"],
    refetchInterval: PRESENT_MS,
    queryFn: async ({ signal }): Promise<Doubted> => {
      const path = `charge-points/${encodeURIComponent(identifier)}`;
      const asked = { in_doubt: true, limit: SHOWN };
      const values = (await get<Page<MeterValue>>(`${path}/meter-values`, asked, signal)).items.filter(
        ({ flags }) => isDoubted(flags),
      );
      if (values.length === 0) return { values, changes: [] };
      const changes = await get<Page<FlagChange>>(`${path}/flag-changes`, { limit: SHOWN }, signal);
      return { values, changes: changes.items };
    },
  });

/** The last word of a person about a value. */
export function lastWord(value: MeterValue, changes: FlagChange[]): FlagChange | null {
  const at = Date.parse(value.taken_at);
  const same = (change: FlagChange) =>
    change.connector_id === value.connector_id &&
    change.measurand === value.measurand &&
    change.phase === value.phase &&
    change.location === value.location &&
    Date.parse(change.from) <= at &&
    at <= Date.parse(change.to);
  return changes.find(same) ?? null;
}

export interface Word {
  sample: MeterValue;
  lifted: boolean;
  note?: string;
}

/** Lifts the flags of a value, or sets them again; whatever is made of it is asked for anew. */
export function useSetFlag(identifier: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ sample, lifted, note }: Word) => {
      const { measurand, connector_id, phase, location, taken_at } = sample;
      return post(`charge-points/${encodeURIComponent(identifier)}/flags/${lifted ? "lift" : "restore"}`, {
        ...{ measurand, connector_id, phase, location, from: taken_at },
        ...(note && { note }),
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["charge-point", identifier] }),
  });
}
