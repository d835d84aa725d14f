// Values that are not believed: which there are, and a person's word that one is right after all.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "./api";
import { PRESENT_MS } from "./historyQueries";
import type { MeterValue, Page } from "./shapes";
import { isDoubted } from "./words";

const SHOWN = 200;

/** The newest values in doubt of a charge point, those that a person lifted among them. */
export const useDoubted = (identifier: string) =>
  useQuery({
    queryKey: ["charge-point", identifier, "doubted"],
    refetchInterval: PRESENT_MS,
    queryFn: async ({ signal }) => {
      const path = `charge-points/${encodeURIComponent(identifier)}/meter-values`;
      const page = await get<Page<MeterValue>>(path, { flagged: true, limit: SHOWN }, signal);
      return page.items.filter(({ flags }) => isDoubted(flags));
    },
  });

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
      const { measurand, connector_id, phase, location, context, taken_at } = sample;
      return post(`charge-points/${encodeURIComponent(identifier)}/flags`, {
        ...{ measurand, connector_id, phase, location, context, taken_at },
        action: lifted ? "lifted" : "flagged",
        ...(note && { note }),
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["charge-point", identifier] }),
  });
}
