// The public face of wattdeck-client: connect, subscribe, and the callbacks per kind of news.
export { type Backoff, delayBefore } from "./backoff.js";
export {
  type ConnectionState,
  type ConnectOptions,
  connect,
  type Live,
  type SocketLike,
  type SubscribeOptions,
  type Subscriber,
} from "./connection.js";
export type {
  AlertData,
  AlertEventData,
  CommandData,
  FrameData,
  LiveMessage,
  MeterValueData,
  ReservationData,
  SessionData,
  SessionEvent,
  SessionEventData,
  StatsData,
  StatusData,
} from "./messages.js";
export {
  type MeterValueCallbacks,
  type SessionCallbacks,
  type StatusCallbacks,
  subscribeToChargePointStatus,
  subscribeToMeterValues,
  subscribeToSessions,
  type TroubleCallbacks,
} from "./subscriptions.js";
export { ALL, topics } from "./topics.js";
