// A command's progress and result as a sentence.
import type { Command } from "./shapes";

export type CommandTone = "waiting" | "good" | "bad" | "unsure" | "over";

export interface CommandWords {
  text: string;
  tone: CommandTone;
}

const ACTIONS: Record<string, string> = {
  RemoteStartTransaction: "Remote start",
  RequestStartTransaction: "Remote start",
  remote_start: "Remote start",
  RemoteStopTransaction: "Remote stop",
  RequestStopTransaction: "Remote stop",
  remote_stop: "Remote stop",
};

export const isStart = (action: string): boolean => ACTIONS[action] === "Remote start";
export const isStop = (action: string): boolean => ACTIONS[action] === "Remote stop";

/** "Remote start"; of other actions the wire's name, parted into words. */
export const actionInWords = (action: string): string =>
  ACTIONS[action] ??
  action.replace(/([a-z])([A-Z])/g, (_all, a: string, b: string) => `${a} ${b.toLowerCase()}`);

/** What a refusal means, where its word says more than no: by action and the charge point's word. */
const REFUSALS: Record<string, Record<string, string>> = {
  ReserveNow: {
    Occupied: "Refused: the connector is occupied",
    Faulted: "Refused: the connector is faulty",
    Unavailable: "Refused: the connector is out of service",
    Rejected: "Refused: the charge point takes no reservations here",
  },
  CancelReservation: { Rejected: "The charge point knows no such reservation" },
  SetChargingProfile: { NotSupported: "The charge point does not follow charging profiles" },
  ClearChargingProfile: { Unknown: "The charge point holds no such profile" },
};

/** Undefined where it is a plain no. */
export const refusalInWords = (action: string, word: unknown): string | undefined =>
  REFUSALS[action]?.[String(word)];

export function commandInWords({ state, action, result, effect, error }: Command): CommandWords {
  switch (state) {
    case "queued":
      return { text: "Waiting to be sent", tone: "waiting" };
    case "sent":
      return { text: "Sent, waiting for the charge point's answer", tone: "waiting" };
    case "accepted":
      return accepted(action, effect);
    case "rejected":
      return {
        text:
          refusalInWords(action, (result as { status?: unknown } | null)?.status) ??
          "The charge point said no",
        tone: "bad",
      };
    case "error":
      return {
        text: `Error: ${[error?.code, error?.description].filter(Boolean).join(", ") || "no reason given"}`,
        tone: "bad",
      };
    case "timed_out":
      return { text: "The charge point did not answer in time", tone: "bad" };
    case "expired":
      return { text: "Expired before it could be sent", tone: "bad" };
    case "offline":
      return { text: "The charge point is offline", tone: "bad" };
    case "cancelled":
      return { text: "Cancelled", tone: "unsure" };
    case "connection_lost":
      return {
        text: "The connection was lost before an answer came; it may have been carried out",
        tone: "unsure",
      };
    case "late":
      return { text: "The answer came too late", tone: "unsure" };
    default:
      return { text: state, tone: "unsure" };
  }
}

/** What the connector says of a reservation, where it can be seen; not every charge point shows it. */
const KEPT: Record<string, Record<string, string>> = {
  ReserveNow: {
    none: "Reserved",
    pending: "Reserved; the connector has not said so yet",
    confirmed: "Reserved, and the connector says so",
    no_effect: "Reserved, but the connector does not say so",
  },
  CancelReservation: {
    none: "Given up",
    pending: "Given up; the connector has not said so yet",
    confirmed: "Given up, and the connector is free",
    no_effect: "Given up, but the connector does not say so",
  },
};

/** `effect`: the server watches whether what was accepted comes true, where that can be seen at all. */
function accepted(action: string, effect: string | null): CommandWords {
  const own = KEPT[action]?.[effect ?? "none"];
  if (own) return { text: own, tone: effect === "no_effect" ? "unsure" : "good" };
  if (effect === "confirmed") {
    if (isStart(action)) return { text: "Accepted, the session has started", tone: "good" };
    if (isStop(action)) return { text: "Accepted, the session has stopped", tone: "good" };
    return { text: "Accepted and done", tone: "good" };
  }
  if (effect === "no_effect") return { text: "Accepted, but nothing happened", tone: "bad" };
  if (effect === "pending") {
    if (isStart(action)) return { text: "Accepted, waiting for the session to start", tone: "good" };
    if (isStop(action)) return { text: "Accepted, waiting for the session to stop", tone: "good" };
    return { text: "Accepted, waiting for it to be seen", tone: "good" };
  }
  return { text: "Accepted", tone: "good" };
}

const UNDERWAY = new Set(["queued", "sent"]);

export const isUnderway = (command: Command): boolean => UNDERWAY.has(command.state);

/** Nothing more will be heard of it. */
export const isOver = (command: Command): boolean => !isUnderway(command) && command.effect !== "pending";
