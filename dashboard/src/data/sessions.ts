// Sessions of everyone: what the explorer asks for, in the address and of REST; one session with its curves and signed values.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { fileOf, get, type Query } from "./api";
import type { History } from "./history";
import { isOpen } from "./merge";
import { usePaged } from "./paged";
import { keys } from "./queries";
import type { Page, Session } from "./shapes";
import { offsetAt, startOf } from "./zones";

export const SESSION_STATES = [
  { value: "", label: "All" },
  { value: "active", label: "Running" },
  { value: "completed", label: "Ended" },
];

export const SESSION_FLAGS = ["unauthorised", "stop_lost", "start_lost", "meter_odd"];

/** As it stands in the address; what is not asked for is empty. */
export interface SessionsAsked {
  state: string;
  charge_point: string;
  site: string;
  id_tag: string;
  flag: string;
  /** Days of the server's zone, both included: "2026-11-28". */
  from: string;
  to: string;
}

const NAMES = ["state", "charge_point", "site", "id_tag", "flag", "from", "to"] as const;

export const askedOf = (params: URLSearchParams): SessionsAsked =>
  Object.fromEntries(NAMES.map((name) => [name, params.get(name) ?? ""])) as unknown as SessionsAsked;

/** Without what is empty. */
export const paramsOf = (asked: SessionsAsked): Record<string, string> =>
  Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ""));

/** The first moment of a day of the calendar, so many days on; null for what is no day. */
export function dayStart(day: string, zone: string, further = 0): string | null {
  const [year = Number.NaN, month = 1, date = 1] = day.split("-").map(Number);
  const noon = Date.UTC(year, month - 1, date, 12);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(noon)) return null;
  return new Date(startOf("day", noon - offsetAt(noon, zone), zone, further)).toISOString();
}

export function queryOf({ from, to, ...rest }: SessionsAsked, zone: string): Query {
  return { ...rest, from: dayStart(from, zone), to: dayStart(to, zone, 1) };
}

export const sessionsFileOf = (asked: SessionsAsked, zone: string): string =>
  fileOf("sessions", queryOf(asked, zone));

/** What runs moves: it is asked for again soon. */
export const useSessions = (asked: SessionsAsked, zone: string) =>
  usePaged<Session>(["sessions", asked, zone], "sessions", queryOf(asked, zone), { every: 10_000 });

export const useSession = (id: number) =>
  useQuery({
    queryKey: keys.session(id),
    refetchInterval: ({ state }: { state: { data: Session | undefined } }) =>
      state.data && !isOpen(state.data) ? 60_000 : 5_000,
    queryFn: ({ signal }) => get<Session>(`sessions/${id}`, {}, signal),
  });

/** A little before and after, so that the curve is seen to begin and end. */
const AROUND_MS = 60_000;

/** A measurand over the time of a session. */
export const useSessionCurve = (session: Session, measurand: string, width: number, now: number) => {
  const open = isOpen(session);
  return useQuery({
    queryKey: ["session", session.id, "curve", measurand, width, session.stopped_at],
    placeholderData: keepPreviousData,
    refetchInterval: open ? 5_000 : false,
    queryFn: ({ signal }) =>
      get<History>(
        `charge-points/${encodeURIComponent(session.charge_point)}/history`,
        {
          measurand,
          connector_id: session.connector_id,
          from: new Date(Date.parse(session.started_at) - AROUND_MS).toISOString(),
          to: new Date(open ? now : Date.parse(session.stopped_at ?? "") + AROUND_MS).toISOString(),
          width,
        },
        signal,
      ),
  });
};

export interface SignedValue {
  id: number;
  measurand: string;
  phase: string | null;
  location: string;
  context: string;
  taken_at: string;
  format: string;
  value: string;
}

export const useSignedValues = (id: number, open: boolean) =>
  useQuery({
    queryKey: ["session", id, "signed"],
    refetchInterval: open ? 30_000 : false,
    queryFn: async ({ signal }) =>
      (await get<Page<SignedValue>>(`sessions/${id}/signed-values`, {}, signal)).items,
  });
