// The raw frames of a charge point, CALLs paired with their answers: which action, how long it took, what was refused.
import type { FrameData } from "wattdeck-client";

export type Direction = "in" | "out";

export interface Frame {
  /** Of the frame log; live ones have none yet. */
  id?: number;
  at: string;
  direction: Direction;
  frame: string;
}

export type Kind = "call" | "result" | "error" | "broken";

export interface Exchange {
  /** Of the CALL, or of an answer whose CALL is not there. */
  key: string;
  kind: Kind;
  action: string | null;
  direction: Direction;
  call: Frame | null;
  answer: Frame | null;
  isError: boolean;
  /** Between CALL and answer. */
  latency_ms: number | null;
}

interface Read {
  kind: Kind;
  id: string | null;
  action: string | null;
}

const KINDS: Record<number, Kind> = { 2: "call", 3: "result", 4: "error" };

export function readFrame(text: string): Read {
  try {
    const parsed: unknown = JSON.parse(text);
    const kind = Array.isArray(parsed) ? KINDS[parsed[0]] : undefined;
    if (!Array.isArray(parsed) || !kind) return { kind: "broken", id: null, action: null };
    const action = kind === "call" && typeof parsed[2] === "string" ? parsed[2] : null;
    return { kind, id: String(parsed[1]), action };
  } catch {
    return { kind: "broken", id: null, action: null };
  }
}

/** The same frame once from the log and once live, or in two snapshots, is one. */
export function together(logged: Frame[], live: Frame[]): Frame[] {
  const known = new Map([...live, ...logged].map((frame) => [keyOf(frame), frame]));
  return [...known.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (b.id ?? 0) - (a.id ?? 0));
}

const keyOf = ({ at, direction, frame }: Frame) => `${at} ${direction} ${frame}`;

const EARLY_MS = 50;

/** Newest first, each CALL with its answer, which goes the other way with the same id. Ids come again after a boot, so an
 * answer belongs to the latest CALL before it. */
export function exchangesOf(newestFirst: Frame[]): Exchange[] {
  const open = new Map<string, Exchange>();
  // Both are timed apart: an answer at once may seem to have come before its CALL.
  const early = new Map<string, Exchange>();
  const found: Exchange[] = [];
  for (const frame of [...newestFirst].reverse()) {
    const { kind, id, action } = readFrame(frame.frame);
    const { direction } = frame;
    if (kind === "call") {
      const one: Exchange = {
        ...{ key: keyOf(frame), kind, action, direction, call: frame, answer: null },
        ...{ isError: false, latency_ms: null },
      };
      found.push(one);
      const before = early.get(`${direction} ${id}`);
      if (before?.answer && Date.parse(frame.at) - Date.parse(before.answer.at) < EARLY_MS) {
        found.splice(found.indexOf(before), 1);
        early.delete(`${direction} ${id}`);
        Object.assign(one, { answer: before.answer, isError: before.isError, latency_ms: 0 });
      } else open.set(`${direction} ${id}`, one);
      continue;
    }
    const other = direction === "in" ? "out" : "in";
    const asked = kind === "broken" ? undefined : open.get(`${other} ${id}`);
    if (asked?.call) {
      asked.answer = frame;
      asked.isError = kind === "error";
      asked.latency_ms = Date.parse(frame.at) - Date.parse(asked.call.at);
      open.delete(`${other} ${id}`);
      continue;
    }
    const alone: Exchange = {
      ...{ key: keyOf(frame), kind, action: null, direction, call: null, answer: frame },
      ...{ isError: kind !== "result", latency_ms: null },
    };
    found.push(alone);
    if (kind !== "broken") early.set(`${other} ${id}`, alone);
  }
  return found.reverse();
}

export interface FrameFilter {
  action: string | null;
  direction: Direction | "";
  onlyErrors: boolean;
  words: string;
}

export function passes(one: Exchange, { action, direction, onlyErrors, words }: FrameFilter): boolean {
  const text = `${one.call?.frame ?? ""} ${one.answer?.frame ?? ""}`.toLowerCase();
  return (
    (action === null || one.action === action) &&
    (direction === "" || one.direction === direction) &&
    (!onlyErrors || one.isError) &&
    text.includes(words.trim().toLowerCase())
  );
}

export const actionsOf = (exchanges: Exchange[]): string[] =>
  [...new Set(exchanges.flatMap(({ action }) => action ?? []))].sort();

/** Laid out to be read; as it is where it is no JSON. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** One line of JSON a frame, oldest first: what a log tool reads. */
export const asLines = (newestFirst: Frame[]): string =>
  [...newestFirst]
    .reverse()
    .map(({ at, direction, frame }) => JSON.stringify({ at, direction, frame }))
    .join("\n");

export const frameOf = ({ at, direction, frame }: FrameData): Frame => ({ at, direction, frame });
