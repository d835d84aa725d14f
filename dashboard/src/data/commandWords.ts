// A command's progress and result as a sentence.
import type { Command } from "./shapes";

export type CommandTone = "waiting" | "good" | "bad" | "unsure";

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

export function commandInWords({ state, action, effect, error }: Command): CommandWords {
  switch (state) {
    case "queued":
      return { text: "Waiting to be sent", tone: "waiting" };
    case "sent":
      return { text: "Sent, waiting for the charge point's answer", tone: "waiting" };
    case "accepted":
      return accepted(action, effect);
    case "rejected":
      return { text: "The charge point said no", tone: "bad" };
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

/** `effect`: the server watches whether what was accepted comes true, where that can be seen at all. */
function accepted(action: string, effect: string | null): CommandWords {
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
