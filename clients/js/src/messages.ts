// What travels over /live: one shape per kind of news, as the server spells it.

export interface LiveMessage<Data = unknown> {
  topic: string;
  seq: number;
  /** Absent: a delta. `snapshot`: data is the list of what holds now. `gap`: messages were lost, a snapshot follows. */
  kind?: "snapshot" | "gap" | "error" | "skipped" | "heartbeat";
  data: Data;
}

export interface StatusData {
  charge_point: string;
  /** 0: the charge point as a whole. */
  connector_id: number;
  status: string | null;
  error_code: string | null;
  info: string | null;
  vendor_id: string | null;
  vendor_error_code: string | null;
  timestamp: string | null;
  connected: boolean;
}

export interface SessionData {
  id: number;
  transaction_id: string | null;
  charge_point: string;
  connector_id: number;
  id_tag: string | null;
  status: string;
  started_at: string;
  stopped_at: string | null;
  duration_s: number | null;
  energy_wh: number | null;
  energy_kwh: number | null;
  power_w: number | null;
  soc: number | null;
  start_meter_wh: number | null;
  stop_meter_wh: number | null;
  stop_reason: string | null;
  /** Why it ended, in our words; `closed_by` and `note` where a person ended it. */
  end_reason?: string | null;
  closed_by?: string | null;
  note?: string | null;
  /** Where `energy_wh` comes from. */
  energy_source?: string | null;
  flags: string[];
  /** kWh; live while the session runs. */
  energy_consumed?: number | null;
  duration_seconds?: number | null;
  start_meter_value?: number | null;
}

export type SessionEvent = "started" | "updated" | "stopped";

export interface SessionEventData {
  event: SessionEvent;
  session: SessionData;
}

export interface MeterValueData {
  charge_point: string;
  connector_id: number;
  measurand: string;
  /** Base units: Wh, W, A, V, Celsius, Percent, Hertz. Text where the charge point sent something that is no number. */
  value: number | string | null;
  unit: string | null;
  phase: string | null;
  context: string | null;
  location: string | null;
  timestamp: string;
  session_id: number | null;
  flags: string[];
}

export interface StatsData {
  total_charge_points: number;
  connected: number;
  available: number;
  charging: number;
  active_sessions: number;
  /** kWh since midnight of the server's configured zone. */
  total_energy_today: number;
}

export interface CommandData {
  id: number | string;
  charge_point: string;
  action: string;
  payload: unknown;
  state: string;
  result: unknown;
  error: { code: string | null; description: string | null } | null;
  effect: string | null;
  created_at: string;
  sent_at: string | null;
  finished_at: string | null;
}

/** One alert: of one rule, about one subject, from its first sign to its end. Values in base units. */
export interface AlertData {
  id: number;
  rule: string;
  severity: "info" | "warning" | "critical";
  state: "pending" | "firing" | "acknowledged" | "resolved";
  /** One line for a person. */
  headline: string;
  /** Null: it is about a site, or about the server itself. */
  charge_point: string | null;
  connector_id: number | null;
  measurand: string | null;
  phase: string | null;
  location: string | null;
  site: string | null;
  session_id: number | null;
  signal: string;
  unit: string;
  value: number | null;
  /** The worst value. */
  peak: number | null;
  word: string | null;
  /** The one that was passed. */
  limit: number | null;
  /** How often it has fired. */
  count: number;
  /** How many values were bad. */
  readings: number;
  began_at: string;
  raised_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  cleared_at: string | null;
  updated_at: string;
  note: string | null;
  lacks_data: boolean;
  silenced: boolean;
  /** The alert of something above it that says more. */
  hidden_by: number | null;
}

export interface AlertEventData extends AlertData {
  /** What has become of it: `fired`, `fired_again`, `updated`, `acknowledged`, `resolved` … */
  event: string;
}

/** A connector that is kept free for a tag, or was. */
export interface ReservationData {
  id: number;
  charge_point: string;
  /** The number on the wire. */
  reservation_id: number;
  /** 0: any. */
  connector_id: number;
  id_tag: string;
  parent_id_tag: string | null;
  /** `pending`, `accepted`, `refused`, `unknown`, `used`, `cancelled`, `replaced`, `dropped`, `expired`. */
  state: string;
  /** The charge point's word, or the code of its error. */
  answer: string | null;
  /** Its word when it was asked to give the reservation up. */
  cancel_answer: string | null;
  session_id: number | null;
  command_id: number;
  created_at: string;
  expires_at: string;
  ended_at: string | null;
}

/** A frame as it was on the wire, passwords blanked. */
export interface FrameData {
  charge_point: string;
  at: string;
  /** `in`: from the charge point. */
  direction: "in" | "out";
  frame: string;
}
