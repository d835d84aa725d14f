// Callbacks by kind of news, on top of topics: what a page about one charge point (or all of them) wants to hear.
import type { Live, SubscribeOptions } from "./connection.js";
import type { LiveMessage, MeterValueData, SessionData, SessionEventData, StatusData } from "./messages.js";
import { topics } from "./topics.js";

export interface TroubleCallbacks {
  /** News was lost while the connection was away; what holds now follows. What one remembers may be out of date. */
  onGap?: () => void;
  /** The server's words: no such charge point, or not with these rights. */
  onError?: (detail: string) => void;
}

export interface StatusCallbacks extends TroubleCallbacks {
  /** Also called once per connector for what holds at the moment of subscribing. */
  onStatusChange?: (status: StatusData) => void;
}

export interface SessionCallbacks extends TroubleCallbacks {
  onSessionStarted?: (session: SessionData) => void;
  /** Energy, duration, power and SoC while it runs; also each session that is already running when one subscribes. */
  onSessionUpdated?: (session: SessionData) => void;
  onSessionStopped?: (session: SessionData) => void;
}

type OnMeterValue = (sample: MeterValueData) => void;

export interface MeterValueCallbacks extends TroubleCallbacks {
  /** Every sample, whatever it measures. */
  onMeterValue?: OnMeterValue;
  /** Wh: registers and intervals; varh where they are reactive. */
  onEnergy?: OnMeterValue;
  /** W: active, offered; var: reactive. Not the power factor. */
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
type Kind = "onEnergy" | "onPower" | "onVoltage" | "onCurrent" | "onTemperature" | "onSoC";
const BY_KIND: Record<string, Kind> = {
  Energy: "onEnergy",
  Power: "onPower",
  Voltage: "onVoltage",
  Current: "onCurrent",
  Temperature: "onTemperature",
  SoC: "onSoC",
};

const callbackOf = (measurand: string): Kind | undefined =>
  measurand === "Power.Factor" ? undefined : BY_KIND[measurand.split(".", 1)[0] ?? ""];

/** What holds or has changed; empty for a message that only tells of trouble, which is told here. */
function news<T>(message: LiveMessage<T | T[]>, trouble: TroubleCallbacks): T[] {
  if (message.kind === "gap") trouble.onGap?.();
  if (message.kind === "error") trouble.onError?.((message.data as { detail: string }).detail);
  if (message.kind && message.kind !== "snapshot") return [];
  return Array.isArray(message.data) ? message.data : [message.data];
}

/** Each returns a function that ends the subscription. `chargePoint` is an identifier, or `ALL`. */
export function subscribeToChargePointStatus(live: Live, chargePoint: string, callbacks: StatusCallbacks) {
  return live.subscribe<StatusData | StatusData[]>(topics.status(chargePoint), (message) => {
    for (const status of news(message, callbacks)) callbacks.onStatusChange?.(status);
  });
}

export function subscribeToSessions(live: Live, chargePoint: string, callbacks: SessionCallbacks) {
  return live.subscribe<SessionEventData | SessionEventData[]>(topics.sessions(chargePoint), (message) => {
    for (const { event, session } of news(message, callbacks)) {
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
      for (const sample of news(message, callbacks)) {
        callbacks.onMeterValue?.(sample);
        const name = callbackOf(sample.measurand);
        if (name) callbacks[name]?.(sample);
      }
    },
    options,
  );
}
