// A charge point's configuration, as its answer to GetConfiguration tells it, and what to say when a key was changed.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "./api";
import { commandInWords } from "./commandWords";
import type { Command } from "./shapes";

export interface ConfigurationKey {
  key: string;
  readonly: boolean;
  value: string | null;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** By name; what is no key is left out. */
export function keysIn(result: unknown): ConfigurationKey[] {
  const answer = (result ?? {}) as Record<string, unknown>;
  return list(answer.configurationKey)
    .flatMap((entry) => {
      const { key, readonly, value } = (entry ?? {}) as Record<string, unknown>;
      if (typeof key !== "string") return [];
      return [{ key, readonly: readonly === true, value: typeof value === "string" ? value : null }];
    })
    .sort((a, b) => a.key.localeCompare(b.key));
}

const WAIT_S = 30;
const path = (identifier: string) =>
  `charge-points/${encodeURIComponent(identifier)}/commands?wait=${WAIT_S}`;
const key = (identifier: string) => ["charge-point", identifier, "configuration"] as const;

const said = (command: Command): unknown => {
  if (command.state !== "accepted") throw new Error(commandInWords(command).text);
  return command.result;
};

/** Asked of the charge point itself, so only when somebody wants to know. */
export const useConfiguration = (identifier: string) =>
  useQuery({
    queryKey: key(identifier),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    retry: false,
    queryFn: async () => {
      const asked = { action: "GetConfiguration", payload: {} };
      return keysIn(said(await post<Command>(path(identifier), asked)));
    },
  });

/** The charge point's word about a change: OCPP 1.6 knows four. */
const WORDS: Record<string, string> = {
  Accepted: "The charge point has taken it.",
  RebootRequired: "The charge point has taken it; it counts after a reboot.",
  Rejected: "The charge point does not take this value.",
  NotSupported: "The charge point does not know this key.",
};

export interface Changed {
  taken: boolean;
  words: string;
}

export function changedWords(command: Command): Changed {
  const status = ((command.result ?? {}) as Record<string, unknown>).status;
  const taken = status === "Accepted" || status === "RebootRequired";
  return { taken, words: WORDS[String(status)] ?? commandInWords(command).text };
}

export function useChangeKey(identifier: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, value }: { name: string; value: string }) => {
      const payload = { key: name, value };
      const command = await post<Command>(path(identifier), { action: "ChangeConfiguration", payload });
      // It may have ended just now; then its answer is there.
      return changedWords(command.finished_at ? command : await get<Command>(`commands/${command.id}`));
    },
    onSuccess: ({ taken }, { name, value }) => {
      if (!taken) return;
      queries.setQueryData<ConfigurationKey[]>(key(identifier), (known) =>
        known?.map((one) => (one.key === name ? { ...one, value } : one)),
      );
    },
  });
}
