// The names of the topics, in one place.

/** Instead of an identifier: every charge point the user may see. */
export const ALL = "*";

const of = (chargePoint: string, kind: string) =>
  chargePoint === ALL ? `charge_points_${kind}` : `charge_point_${chargePoint}_${kind}`;

export const topics = {
  stats: "stats",
  /** The server's own words: heartbeats and errors. Needs no subscription. */
  server: "server",
  status: (chargePoint: string) => of(chargePoint, "status"),
  sessions: (chargePoint: string) => of(chargePoint, "sessions"),
  meterValues: (chargePoint: string) => of(chargePoint, "meter_values"),
  commands: (chargePoint: string) => of(chargePoint, "commands"),
  /** Of everyone: those of sites and of the server itself, too. */
  alerts: (chargePoint: string) => (chargePoint === ALL ? "alerts" : of(chargePoint, "alerts")),
  reservations: (chargePoint: string) => of(chargePoint, "reservations"),
  /** Raw frames of one charge point, for operators. */
  messages: (chargePoint: string) => of(chargePoint, "messages"),
};
