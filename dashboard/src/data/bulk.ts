// One command to many charge points: sent, and followed until each has its answer.
import { useMutation, useQuery } from "@tanstack/react-query";
import { get, post } from "./api";

export interface BulkItem {
  charge_point: string;
  state: string;
  problem: string | null;
  error: { code: string | null; description: string | null } | null;
}

export interface BulkCommand {
  id: number;
  action: string;
  state: "running" | "finished" | "cancelled" | "interrupted";
  total: number;
  /** How many charge points are in which state. */
  counts: Record<string, number>;
  items?: BulkItem[];
}

const WORDS: Record<string, string> = {
  waiting: "waiting for their turn",
  queued: "on their way",
  sent: "asked",
  accepted: "accepted",
  rejected: "said no",
  error: "answered with an error",
  timed_out: "did not answer in time",
  offline: "offline",
  refused: "could not be asked",
  not_sent: "not sent",
  connection_lost: "lost their connection",
  cancelled: "cancelled",
  expired: "expired",
  late: "answered too late",
};

const GOOD = "accepted";
const UNDERWAY = ["waiting", "queued", "sent"];

export interface Progress {
  /** From 0 to 1: how much of it has ended. */
  done: number;
  /** "12 accepted, 3 offline": what has ended well, what not, what is under way. */
  words: string;
  failed: number;
}

export function progressOf({ total, counts }: Pick<BulkCommand, "total" | "counts">): Progress {
  const sum = (states: string[]) => states.reduce((all, state) => all + (counts[state] ?? 0), 0);
  const rank = (state: string) => (state === GOOD ? 0 : UNDERWAY.includes(state) ? 2 : 1);
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([a, many], [b, more]) => rank(a) - rank(b) || more - many)
    .map(([state, count]) => `${count} ${WORDS[state] ?? state}`);
  const underway = sum(UNDERWAY);
  return {
    done: total > 0 ? (total - underway) / total : 1,
    words: parts.join(", "),
    failed: total - underway - (counts[GOOD] ?? 0),
  };
}

/** Those for whom it did not go well. */
export const failuresOf = ({ items = [] }: BulkCommand): BulkItem[] =>
  items.filter(({ state }) => state !== GOOD && !UNDERWAY.includes(state));

export const stateWords = (state: string): string => WORDS[state] ?? state;

export interface BulkOrder {
  action: string;
  payload: unknown;
  charge_points: string[];
  per_second: number;
  offline?: "queue";
}

const ITEMS = 1000;

export function useBulk() {
  const start = useMutation({ mutationFn: (order: BulkOrder) => post<BulkCommand>("bulk-commands", order) });
  const id = start.data?.id;
  const progress = useQuery({
    queryKey: ["bulk-command", id],
    enabled: id !== undefined,
    refetchInterval: ({ state }: { state: { data: BulkCommand | undefined } }) =>
      state.data && state.data.state !== "running" ? false : 1_000,
    queryFn: ({ signal }) => get<BulkCommand>(`bulk-commands/${id}`, { limit: ITEMS }, signal),
  });
  const cancel = useMutation({
    mutationFn: () => post<BulkCommand>(`bulk-commands/${id}/cancel`),
    onSuccess: () => progress.refetch(),
  });
  return { start, command: progress.data ?? start.data ?? null, cancel };
}
