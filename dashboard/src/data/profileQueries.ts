// What the pages ask of REST about charging profiles: those kept, those a charge point holds, and its composite schedule.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post, put, remove } from "./api";
import type { InstalledProfile, KeptProfile, Profile } from "./profiles";
import type { Composite } from "./schedules";
import type { Command, Page } from "./shapes";

const KEPT = ["charging-profiles"] as const;
const at = (name: string) => `charging-profiles/${encodeURIComponent(name)}`;
const of = (identifier: string, rest: string) => `charge-points/${encodeURIComponent(identifier)}/${rest}`;

export const useKeptProfiles = () =>
  useQuery({
    queryKey: KEPT,
    queryFn: async ({ signal }) =>
      (await get<Page<KeptProfile>>("charging-profiles", { limit: 1000 }, signal)).items,
  });

export function useKeepProfile() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, profile }: { name: string; profile: Profile }) =>
      put<KeptProfile>(at(name), profile),
    onSuccess: (saved) =>
      queries.setQueryData<KeptProfile[]>(KEPT, (known) =>
        [...(known ?? []).filter(({ name }) => name !== saved.name), saved].sort((a, b) =>
          a.name < b.name ? -1 : 1,
        ),
      ),
  });
}

export function useForgetProfile() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => remove(at(name)),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEPT }),
  });
}

/** `commands`: of the charge point; whenever one has ended it may hold something else. */
export function useInstalledProfiles(identifier: string, commands: Command[] | undefined) {
  const ended = (commands ?? []).map(({ finished_at }) => finished_at ?? "").sort();
  return useQuery({
    queryKey: ["charge-point", identifier, "charging-profiles", ended.at(-1) ?? ""],
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    queryFn: async ({ signal }) =>
      (await get<Page<InstalledProfile>>(of(identifier, "charging-profiles"), {}, signal)).items,
  });
}

export interface ScheduleAsked {
  connector_id: number;
  /** Seconds. */
  duration: number;
  unit: string | null;
}

/** As the server reckons it; the charge point is not asked. `held`: it follows what that holds. */
export const useSchedule = (identifier: string, asked: ScheduleAsked, held: InstalledProfile[] | undefined) =>
  useQuery({
    queryKey: ["charge-point", identifier, "schedule", asked, held?.map(({ command_id }) => command_id)],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => get<Composite>(of(identifier, "composite-schedule"), { ...asked }, signal),
  });

export const useAskSchedule = (identifier: string) =>
  useMutation({
    mutationFn: ({ unit, ...asked }: ScheduleAsked) =>
      post<{ command: Command; ours: Composite }>(of(identifier, "composite-schedule"), {
        ...asked,
        ...(unit && { unit }),
      }),
  });
