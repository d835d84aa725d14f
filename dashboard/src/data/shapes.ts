// What the REST interface answers with (docs: the public contract, section "HTTP"). Live shapes come from wattdeck-client.
import type { MeterValueData, SessionData } from "wattdeck-client";
import type { Schema } from "./schema";

export type { CommandData as Command, StatsData as Stats } from "wattdeck-client";

/** What the car gave back is told by REST alone. */
export type Session = SessionData & { energy_export_wh?: number | null };

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface Connector {
  connector_id: number;
  evse_id: number | null;
  status: string;
  error_code: string | null;
  info: string | null;
  vendor_error_code: string | null;
  updated_at: string | null;
}

export interface ChargePoint {
  id: number;
  identifier: string;
  vendor: string | null;
  model: string | null;
  serial_number: string | null;
  firmware_version: string | null;
  ocpp_version: string | null;
  registration: string | null;
  connected: boolean;
  available: boolean;
  status: string | null;
  summary_status?: string | null;
  last_seen_at: string | null;
  last_heartbeat_at: string | null;
  connected_at?: string | null;
  disconnected_at?: string | null;
  connectors: Connector[];
  current_session: Session | null;
  /** Where its days begin: its own zone, or the server's. */
  time_zone?: string | null;
  /** What it stands with. */
  site?: string | null;
}

/** REST says `taken_at`, the live stream `timestamp`; both mean the charge point's clock. */
export type MeterValue = Omit<MeterValueData, "timestamp"> & { taken_at: string };

/** Figures of one series over a window. */
export interface Statistics {
  measurand: string;
  unit: string | null;
  phase: string | null;
  connector_id: number;
  location?: string | null;
  count: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  time_weighted_mean: number | null;
  sum: number | null;
  last: number | null;
  last_at: string | null;
  coverage?: number | null;
}

/** One command of an OCPP version, with the standard's own schema of its payload. */
export interface CommandSchema {
  action: string;
  ocpp_version: string;
  schema: Schema;
}

/** How one can log in besides a name and a password; null: not so. */
export interface WaysIn {
  /** What the button is called. */
  single_sign_on: string | null;
  /** Where people of the application that wattdeck is part of log in. */
  application: string | null;
}

export interface Me {
  username: string;
  role: "viewer" | "operator" | "admin" | string;
  /** What says who this is: a log-in of ours, an API key, the application that wattdeck is part of. */
  kind: "user" | "api_key" | "application";
  /** False: the provider's, the application's or a key's. */
  has_password: boolean;
  /** Null: all charge points. */
  scope: { charge_points: string[]; sites: string[] } | null;
  /** Where the server's days begin. */
  time_zone: string;
}
