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

/** A frame as it was on the wire, passwords blanked. */
export interface FrameData {
  charge_point: string;
  at: string;
  /** `in`: from the charge point. */
  direction: "in" | "out";
  frame: string;
}
