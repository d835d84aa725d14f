// Sending a command and following it to its end: by the live stream, and by asking when that is away.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../data/api";
import { isOver } from "../data/commandWords";
import { withCommands } from "../data/merge";
import { COMMANDS_SHOWN, keys, useCommandsOf } from "../data/queries";
import type { Command } from "../data/shapes";

export interface CommandInHand<Body = unknown> {
  send: (body: Body) => void;
  sending: boolean;
  /** Why it was not even accepted for sending (offline, no active session ...). */
  refused: Error | null;
  command: Command | null;
  reset: () => void;
}

export function useCommand(
  identifier: string,
  verb: "remote-start" | "remote-stop" | "commands" | "charging-profiles" | "charging-profiles/clear",
): CommandInHand {
  return useCommandBy(identifier, (body: unknown) =>
    post<Command>(`charge-points/${encodeURIComponent(identifier)}/${verb}`, body),
  );
}

/** `ask` sends the request, and takes the command out of its answer. */
export function useCommandBy<Body>(
  identifier: string,
  ask: (body: Body) => Promise<Command>,
): CommandInHand<Body> {
  const queries = useQueryClient();
  const latest = useCommandsOf(identifier);
  const remember = (command: Command) =>
    queries.setQueryData<Command[]>(keys.commandsOf(identifier), (known) =>
      withCommands(known ?? [], [command], COMMANDS_SHOWN),
    );
  // Not waiting for the result in the request: it comes at once with the command, and each step is then seen.
  const mutation = useMutation({
    mutationFn: ask,
    onSuccess: remember,
  });
  const id = mutation.data?.id;
  const command = latest.data?.find((each) => each.id === id) ?? mutation.data ?? null;
  useQuery({
    queryKey: ["command", id],
    enabled: command !== null && !isOver(command),
    refetchInterval: 2_000,
    queryFn: async ({ signal }) => {
      const answer = await get<Command>(`commands/${id}`, {}, signal);
      remember(answer);
      return answer;
    },
  });
  return {
    send: mutation.mutate,
    sending: mutation.isPending,
    refused: mutation.error,
    command,
    reset: mutation.reset,
  };
}
