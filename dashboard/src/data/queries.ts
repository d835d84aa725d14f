// What the pages ask of REST: one hook per question, and the keys under which live news finds the answers again.
import { QueryClient, useQuery } from "@tanstack/react-query";
import { get, Problem, post } from "./api";
import type {
  ChargePoint,
  Command,
  CommandSchema,
  Me,
  MeterValue,
  Page,
  Session,
  Stats,
  WaysIn,
} from "./shapes";

export const keys = {
  me: ["me"] as const,
  stats: ["stats"] as const,
  chargePoints: ["charge-points"] as const,
  chargePoint: (identifier: string) => ["charge-point", identifier] as const,
  running: ["sessions", "active"] as const,
  session: (id: number) => ["session", id] as const,
  sessionsOf: (identifier: string) => ["charge-point", identifier, "sessions"] as const,
  commandsOf: (identifier: string) => ["charge-point", identifier, "commands"] as const,
};

export const SESSIONS_SHOWN = 25;
export const COMMANDS_SHOWN = 10;

const PAGE = 1_000;
/** A browser holds this many charge points without effort; beyond, the page says so. */
export const MOST_CHARGE_POINTS = 10_000;

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // Live news keeps answers right; asking again is for what it does not carry.
        refetchInterval: 60_000,
        retry: (count, error) =>
          !(error instanceof Problem && error.status >= 400 && error.status < 500) && count < 3,
      },
    },
  });
  // Logged out elsewhere, or the session ran out: whichever question noticed, the login page comes.
  client.getQueryCache().subscribe(({ query }) => {
    const { error } = query.state;
    if (error instanceof Problem && error.status === 401 && query.queryKey[0] !== "me")
      client.setQueryData(keys.me, null);
  });
  return client;
}

/** Who is logged in; null when nobody is. */
export const useMe = () =>
  useQuery({
    queryKey: keys.me,
    staleTime: 60_000,
    // Nothing is shown before this is answered: said soon when it cannot be, and asked again soon.
    retry: 1,
    retryDelay: 500,
    refetchInterval: ({ state }: { state: { status: string } }) =>
      state.status === "error" ? 3_000 : 60_000,
    queryFn: async ({ signal }) => {
      try {
        return await get<Me>("me", {}, signal);
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
  });

/** Asked on the log-in page and where users are made; it changes only with the server. */
export const useWaysIn = () =>
  useQuery({
    queryKey: ["ways-in"],
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    queryFn: ({ signal }) => get<WaysIn>("login", {}, signal),
  });

export const useStats = () =>
  useQuery({ queryKey: keys.stats, queryFn: ({ signal }) => get<Stats>("stats", {}, signal) });

async function everyPage<Item>(
  path: string,
  query: Record<string, string>,
  most: number,
  signal: AbortSignal,
  /** Told of what is there so far. */
  onPage: (items: Item[]) => void = () => {},
) {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await get(path, { ...query, limit: PAGE, cursor }, signal);
    items.push(...page.items);
    cursor = page.next;
    if (cursor) onPage([...items]);
  } while (cursor && items.length < most);
  return items;
}

export const useChargePoints = () =>
  useQuery({
    queryKey: keys.chargePoints,
    // The heartbeat of an idle charge point is no live news; only asking again tells when it was last seen.
    refetchInterval: ({ state }: { state: { data: ChargePoint[] | undefined } }) =>
      (state.data?.length ?? 0) > PAGE ? 60_000 : 20_000,
    queryFn: ({ signal, client }) => {
      // Who waits for ten thousand sees the first thousand meanwhile.
      const isFirst = client.getQueryData(keys.chargePoints) === undefined;
      const show = (items: ChargePoint[]) => isFirst && client.setQueryData(keys.chargePoints, items);
      return everyPage<ChargePoint>("charge-points", {}, MOST_CHARGE_POINTS, signal, show);
    },
  });

export const useRunningSessions = () =>
  useQuery({
    queryKey: keys.running,
    queryFn: ({ signal }) => everyPage<Session>("sessions", { state: "active" }, MOST_CHARGE_POINTS, signal),
  });

const at = (identifier: string, rest = "") => `charge-points/${encodeURIComponent(identifier)}${rest}`;

export const useChargePoint = (identifier: string) =>
  useQuery({
    queryKey: keys.chargePoint(identifier),
    // Who waits in front of a new charge point for its page to begin should not wait long.
    refetchInterval: ({ state }: { state: { data: ChargePoint | undefined } }) =>
      state.data ? 15_000 : 3_000,
    queryFn: ({ signal }) => get<ChargePoint>(at(identifier), {}, signal),
  });

export const useSessionsOf = (identifier: string) =>
  useQuery({
    queryKey: keys.sessionsOf(identifier),
    queryFn: async ({ signal }) =>
      (await get<Page<Session>>(at(identifier, "/sessions"), { limit: SESSIONS_SHOWN }, signal)).items,
  });

export const useCommandsOf = (identifier: string) =>
  useQuery({
    queryKey: keys.commandsOf(identifier),
    queryFn: async ({ signal }) =>
      (await get<Page<Command>>(at(identifier, "/commands"), { limit: COMMANDS_SHOWN }, signal)).items,
  });

/** What a charge point of this version can be asked; it changes only with the server. */
export const useCommandSchemas = (version: string | null) =>
  useQuery({
    queryKey: ["command-schemas", version],
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    queryFn: async ({ signal }) =>
      (await get<Page<CommandSchema>>("command-schemas", { version }, signal)).items,
  });

export const cancelCommand = (id: number | string): Promise<Command> => post(`commands/${id}/cancel`);

const MOST_PAGES = 8;

/** Every sample since `from` (seconds), newest first, page by page; each page is handed on as it comes. */
export async function samplesSince(
  identifier: string,
  from: number,
  to: number | null,
  take: (samples: MeterValue[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const iso = (seconds: number | null) => (seconds === null ? null : new Date(seconds * 1000).toISOString());
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { from: iso(from), to: iso(to), limit: 10_000, cursor };
    const answer: Page<MeterValue> = await get(at(identifier, "/meter-values"), query, signal);
    take(answer.items);
    cursor = answer.next;
    if (!cursor) return;
  }
}

/** The last sample of every series, however old: what the figures show before the first live one comes. */
export const latestSamples = async (identifier: string, signal: AbortSignal): Promise<MeterValue[]> =>
  (await get<Page<MeterValue>>(at(identifier, "/meter-values/latest"), {}, signal)).items;
