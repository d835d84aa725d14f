// Callbacks by kind of news, on top of topics: what a page about one charge point (or all of them) wants to hear.
import type { Live, SubscribeOptions } from "./connection.js";
import type { MeterValueData, SessionData, SessionEventData, StatusData } from "./messages.js";
import { topics } from "./topics.js";

export interface StatusCallbacks {
  /** Also called once per connector for what holds at the moment of subscribing. */
  onStatusChange?: (status: StatusData) => void;
}

export interface SessionCallbacks {
  onSessionStarted?: (session: SessionData) => void;
  /** Energy, duration, power and SoC while it runs; also each session that is already running when one subscribes. */
  onSessionUpdated?: (session: SessionData) => void;
  onSessionStopped?: (session: SessionData) => void;
}

type OnMeterValue = (sample: MeterValueData) => void;

export interface MeterValueCallbacks {
  /** Every sample, whatever it measures. */
  onMeterValue?: OnMeterValue;
  /** Wh: registers and intervals. */
  onEnergy?: OnMeterValue;
  /** W. */
  onPower?: OnMeterValue;
  /** V, per phase where the charge point says so. */
  onVoltage?: OnMeterValue;
  /** A. */
  onCurrent?: OnMeterValue;
  /** Celsius. */
  onTemperature?: OnMeterValue;
  /** Percent. */
  onSoC?: OnMeterValue;
}

// The first word of a measurand's name says what it measures: Energy.Active.Import.Register, Power.Offered, SoC.
const BY_KIND: Record<string, keyof MeterValueCallbacks> = {
  Energy: "onEnergy",
  Power: "onPower",
  Voltage: "onVoltage",
  Current: "onCurrent",
  Temperature: "onTemperature",
  SoC: "onSoC",
};

const items = <T>(data: T | T[]): T[] => (Array.isArray(data) ? data : [data]);

/** Each returns a function that ends the subscription. `chargePoint` is an identifier, or `ALL`. */
export function subscribeToChargePointStatus(live: Live, chargePoint: string, callbacks: StatusCallbacks) {
  return live.subscribe<StatusData | StatusData[]>(topics.status(chargePoint), (message) => {
    if (message.kind && message.kind !== "snapshot") return;
    for (const status of items(message.data)) callbacks.onStatusChange?.(status);
  });
}

export function subscribeToSessions(live: Live, chargePoint: string, callbacks: SessionCallbacks) {
  return live.subscribe<SessionEventData | SessionEventData[]>(topics.sessions(chargePoint), (message) => {
    if (message.kind && message.kind !== "snapshot") return;
    for (const { event, session } of items(message.data)) {
      // A snapshot tells what is, not what just happened: nobody wants "started" again for a session of an hour ago.
      if (message.kind === "snapshot") callbacks.onSessionUpdated?.(session);
      else if (event === "started") callbacks.onSessionStarted?.(session);
      else if (event === "stopped") callbacks.onSessionStopped?.(session);
      else callbacks.onSessionUpdated?.(session);
    }
  });
}

export function subscribeToMeterValues(
  live: Live,
  chargePoint: string,
  callbacks: MeterValueCallbacks,
  options?: SubscribeOptions,
) {
  return live.subscribe<MeterValueData | MeterValueData[]>(
    topics.meterValues(chargePoint),
    (message) => {
      if (message.kind && message.kind !== "snapshot") return;
      for (const sample of items(message.data)) {
        callbacks.onMeterValue?.(sample);
        const name = BY_KIND[sample.measurand.split(".", 1)[0] ?? ""];
        if (name) callbacks[name]?.(sample);
      }
    },
    options,
  );
}
