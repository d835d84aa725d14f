// What happened lately, in words, and how live news adds to it. Pure.
import type { AlertEventData, SessionEventData, StatusData } from "wattdeck-client";
import { energy, inWords } from "../units";
import { ruleTitle } from "./alerts";
import type { ChargePoint } from "./shapes";
import { spoken } from "./status";
import { apart } from "./words";

export interface Happening {
  at: string;
  event: string;
  charge_point: string | null;
  connector_id: number | null;
  session_id: number | null;
  alert_id: number | null;
  command_id: number | null;
  energy_wh: number | null;
  severity: string | null;
  state: string | null;
  /** A tag, a reason, an error code, a rule, an action. */
  detail: string | null;
}

/** What one may look at alone, and of which kinds it is; of all kinds without a word. */
export const VIEWS = {
  all: [],
  trouble: ["fault", "connection", "alert"],
  sessions: ["session"],
  commands: ["command"],
} as const satisfies Record<string, readonly string[]>;
export type View = keyof typeof VIEWS;
export const VIEW_NAMES: Record<View, string> = {
  all: "All",
  trouble: "Trouble",
  sessions: "Sessions",
  commands: "Commands",
};

const KINDS: Record<string, string> = {
  ...{ session_started: "session", session_stopped: "session", faulted: "fault", recovered: "fault" },
  ...{ connected: "connection", disconnected: "connection", command: "command" },
};
export const kindOf = ({ event }: Happening): string => KINDS[event] ?? "alert";

export const isIn = (view: View, one: Happening): boolean =>
  view === "all" || (VIEWS[view] as readonly string[]).includes(kindOf(one));

/** So many are kept. */
export const MOST = 60;
/** The stream and the store may tell the time of the same thing a little differently. */
const SAME_MS = 5_000;

const isSame = (a: Happening, b: Happening): boolean =>
  a.event === b.event &&
  a.charge_point === b.charge_point &&
  a.connector_id === b.connector_id &&
  a.session_id === b.session_id &&
  a.alert_id === b.alert_id &&
  a.command_id === b.command_id &&
  // A session starts and ends once; an alert may fire again.
  (a.session_id !== null || Math.abs(Date.parse(a.at) - Date.parse(b.at)) < SAME_MS);

/** Newest first, each once. */
export function withHappenings(known: Happening[], news: Happening[]): Happening[] {
  const fresh = news.filter((one) => !known.some((other) => isSame(one, other)));
  if (fresh.length === 0) return known;
  return [...fresh, ...known].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, MOST);
}

const NOTHING_MORE = {
  ...{ connector_id: null, session_id: null, alert_id: null, command_id: null },
  ...{ energy_wh: null, severity: null, state: null, detail: null },
};

/** What a status says that was not so before; `known` as it was before the news. */
export function ofStatus(news: StatusData, known: ChargePoint | undefined, now: string): Happening[] {
  if (!known) return [];
  const { charge_point, connector_id } = news;
  const base = { ...NOTHING_MORE, charge_point, at: news.timestamp ?? now };
  if (news.connected !== known.connected)
    return [{ ...base, event: news.connected ? "connected" : "disconnected" }];
  const before = known.connectors.find((one) => one.connector_id === connector_id)?.status;
  const [was, is] = [before === "Faulted", news.status === "Faulted"];
  if (was === is || news.status === null) return [];
  const error = news.error_code === "NoError" ? null : news.error_code;
  const fault = [error, news.vendor_error_code, news.info].filter(Boolean).join(" · ") || null;
  return [
    {
      ...base,
      // The charge point's clock may be wrong; this has come just now.
      at: now,
      connector_id,
      event: is ? "faulted" : "recovered",
      detail: is ? fault : news.status,
    },
  ];
}

export function ofSession({ event, session }: SessionEventData): Happening[] {
  if (event === "updated") return [];
  const { charge_point, connector_id, id: session_id } = session;
  const base = { ...NOTHING_MORE, charge_point, connector_id, session_id };
  if (event === "started")
    return [{ ...base, event: "session_started", at: session.started_at, detail: session.id_tag }];
  return [
    {
      ...base,
      event: "session_stopped",
      at: session.stopped_at ?? session.started_at,
      energy_wh: session.energy_wh,
      detail: session.stop_reason ?? session.end_reason ?? null,
    },
  ];
}

const ALERT_EVENTS = ["fired", "fired_again", "acknowledged", "resolved"];

export function ofAlert(news: AlertEventData): Happening[] {
  if (!ALERT_EVENTS.includes(news.event)) return [];
  const { charge_point, connector_id, severity, rule } = news;
  const base = { ...NOTHING_MORE, charge_point, connector_id, severity, detail: rule };
  return [{ ...base, alert_id: news.id, event: `alert_${news.event}`, at: news.updated_at }];
}

const TITLES: Record<string, string> = {
  session_started: "Session started",
  session_stopped: "Session ended",
  faulted: "Faulted",
  recovered: "No longer faulted",
  connected: "Connected",
  disconnected: "Disconnected",
};
const ALERT_WORDS: Record<string, string> = {
  alert_fired: "",
  alert_fired_again: " again",
  alert_acknowledged: ": taken up",
  alert_resolved: ": over",
};

export const titleOf = ({ event, detail }: Happening): string => {
  if (event === "command") return detail ?? "Command";
  const about = ALERT_WORDS[event];
  return about === undefined ? (TITLES[event] ?? event) : `${ruleTitle(detail ?? "Alert")}${about}`;
};

/** What there is to add to the title. */
export function moreOf(one: Happening): string | null {
  const { event, detail, energy_wh, state } = one;
  if (event === "session_stopped")
    return [energy_wh === null ? null : inWords(energy(energy_wh)), detail && apart(detail)]
      .filter(Boolean)
      .join(" · ");
  if (event === "recovered") return spoken(detail);
  if (event === "command") return state === null ? null : state.replaceAll("_", " ");
  if (event === "faulted") return detail;
  if (event === "session_started" || event === "disconnected") return detail;
  return null;
}

/** The page that tells more. */
export function placeOfHappening({ event, charge_point, session_id, alert_id }: Happening): string {
  if (session_id !== null) return `/sessions/${session_id}`;
  if (alert_id !== null) return `/alerts/${alert_id}`;
  const its = `/charge-points/${encodeURIComponent(charge_point ?? "")}`;
  return event === "command" ? its : `${its}/log`;
}
