// Reservations: what is asked of REST about them, and what becomes of one in plain words.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReservationData } from "wattdeck-client";
import { fileOf, get, post, type Query } from "./api";
import { type CommandWords, refusalInWords } from "./commandWords";
import { usePaged } from "./paged";
import type { Command, Page } from "./shapes";

export type Reservation = ReservationData;
type Asked = Reservation & { command: Command };

/** The charge point holds it, or may hold it. */
const OPEN = ["pending", "accepted", "unknown"];
export const isHeld = ({ state }: Pick<Reservation, "state">): boolean => OPEN.includes(state);

export const STATES = [
  { value: "open", label: "Open" },
  { value: "all", label: "All" },
  { value: "accepted", label: "Reserved" },
  { value: "unknown", label: "Without an answer" },
  { value: "refused", label: "Refused" },
  { value: "used", label: "Used" },
  { value: "cancelled", label: "Given up" },
  { value: "expired", label: "Expired" },
  { value: "dropped", label: "Dropped" },
  { value: "replaced", label: "Replaced" },
];

/** As it stands in the address; what is not asked for is empty, which of the states means those that are open. */
export interface ReservationsAsked {
  state: string;
  charge_point: string;
}

export const reservationsAsked = (params: URLSearchParams): ReservationsAsked => ({
  state: params.get("state") ?? "",
  charge_point: params.get("charge_point") ?? "",
});

export function reservationsQuery({ state, charge_point }: ReservationsAsked): Query {
  const states = state === "" || state === "open" ? OPEN : state === "all" ? [] : [state];
  return { state: states, charge_point };
}

const key = ["reservations"] as const;

export const useReservations = (asked: ReservationsAsked) =>
  usePaged<Reservation>([...key, asked], "reservations", reservationsQuery(asked));

export const reservationsFileOf = (asked: ReservationsAsked): string =>
  fileOf("reservations", reservationsQuery(asked));

/** Those that a charge point holds or may hold. */
export const useReservationsOf = (charge_point: string, enabled: boolean) =>
  useQuery({
    queryKey: [...key, "of", charge_point],
    enabled,
    queryFn: async ({ signal }) =>
      (await get<Page<Reservation>>("reservations", { charge_point, state: OPEN, limit: 100 }, signal)).items,
  });

export function useReservationsChanged() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: key });
}

export interface Wish {
  charge_point: string;
  connector_id: number;
  id_tag: string;
  expires_at: string;
}

/** Both answer with the command that was sent. */
export const askFor = async (wish: Wish): Promise<Command> =>
  (await post<Asked>("reservations", wish)).command;
export const giveUp = async (id: number): Promise<Command> =>
  (await post<Asked>(`reservations/${id}/cancel`)).command;

export const connectorName = (connector_id: number): string =>
  connector_id === 0 ? "any connector" : `connector ${connector_id}`;

export function reservationInWords({ state, answer, cancel_answer }: Reservation): CommandWords {
  switch (state) {
    case "pending":
      return { text: "Waiting for the charge point's answer", tone: "waiting" };
    case "accepted":
      return cancel_answer
        ? { text: `Reserved; giving it up was answered by ${cancel_answer}`, tone: "unsure" }
        : { text: "Reserved", tone: "good" };
    case "refused":
      return {
        text: answer
          ? (refusalInWords("ReserveNow", answer) ?? `Refused: ${answer}`)
          : "Never sent: the charge point was away",
        tone: "bad",
      };
    case "unknown":
      return { text: "No answer came; it may be reserved", tone: "unsure" };
    case "used":
      return { text: "Used by a session", tone: "good" };
    case "cancelled":
      return { text: "Given up", tone: "over" };
    case "expired":
      return { text: "Expired", tone: "over" };
    case "dropped":
      return { text: "Dropped: the connector went out of service", tone: "bad" };
    case "replaced":
      return { text: "Replaced by a later one", tone: "over" };
    default:
      return { text: state, tone: "unsure" };
  }
}
