// The life of one live connection: open, lose, wait, open again, and ask for what was missed meanwhile.
import { type Backoff, delayAfterRestart, delayBefore } from "./backoff.js";
import type { LiveMessage } from "./messages.js";

/**
 * `connecting`: never been open yet. `reconnecting`: was open, is not. `refused`: nobody is logged in, or the key is not
 * valid; it tries again only when the page comes to the front, the network returns, or by `reconnectNow`. `closed`: by
 * our own wish.
 */
export type ConnectionState = "connecting" | "live" | "reconnecting" | "refused" | "closed";

export type Subscriber<Data = unknown> = (message: LiveMessage<Data>) => void;

export interface SubscribeOptions {
  /** Meter values: at most one message per charge point in so many seconds. 0: all of them. */
  throttleSeconds?: number;
}

/** The part of the browser's WebSocket that is used here; tests bring their own. */
export type SocketLike = Pick<WebSocket, "send" | "close" | "readyState"> & {
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
};

export interface ConnectOptions {
  /** `wss://host/live`, or relative to the page: `/live`. */
  url: string;
  /** Where to resume when this page has not seen a message yet, e.g. from a page before it. */
  getSince?: () => number | undefined;
  /** For meter values; the server's default is 1. */
  throttleSeconds?: number;
  backoff?: Partial<Backoff>;
  /** The server says something every 10 s; silent for so many seconds, the line is taken for dead. Default 25. */
  silenceSeconds?: number;
  openSocket?: (url: string) => SocketLike;
  random?: () => number;
  now?: () => number;
}

export interface Live {
  /** Calls back with every message of the topic, first with a snapshot. Returns a function that ends it. */
  subscribe<Data = unknown>(
    topic: string,
    callback: Subscriber<Data>,
    options?: SubscribeOptions,
  ): () => void;
  readonly state: ConnectionState;
  /** Milliseconds since the epoch of the last word from the server, heartbeats included. */
  readonly lastMessageAt: number | null;
  /** The highest sequence number seen: what a later page can resume from. */
  readonly lastSeq: number | null;
  onStateChange(callback: (state: ConnectionState) => void): () => void;
  /** Do not wait for the back-off to end. */
  reconnectNow(): void;
  close(): void;
}

interface Topic {
  callbacks: Set<Subscriber>;
  throttle: number | undefined;
  /** Whether the server knows on the present socket that we want it. */
  asked: boolean;
  /**
   * The highest number heard of it: what a reconnect resumes from. The highest of all topics would not do: a socket may
   * break when one topic has been brought up to date and another has not. Undefined: it must start with a snapshot.
   */
  seq: number | undefined;
}

const OPEN = 1;
/** The close code of a server that does not know who asks, or does no longer. */
const UNAUTHORIZED = 4401;
/** That of a server that restarts. */
const RESTARTING = 1012;
/** The server speaks on this one unasked. */
const SERVER = "server";

export function connect(options: ConnectOptions): Live {
  return new Connection(options);
}

class Connection implements Live {
  state: ConnectionState = "connecting";
  lastMessageAt: number | null = null;
  lastSeq: number | null = null;

  private socket: SocketLike | null = null;
  private topics = new Map<string, Topic>();
  private listeners = new Set<(state: ConnectionState) => void>();
  private attempt = 0;
  private firstOfSocket = true;
  /** Whether the server has said anything on this socket: then it had let us in. */
  private letIn = false;
  /** True until the first subscription of a page that brought its own number along. */
  private resuming = false;
  private flushPending = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly backoff: Backoff;
  private readonly now: () => number;

  constructor(private readonly options: ConnectOptions) {
    this.backoff = { first: 0.5, most: 15, ...options.backoff };
    this.now = options.now ?? Date.now;
    this.lastSeq = options.getSince?.() ?? null;
    this.resuming = this.lastSeq !== null;
    if (typeof window !== "undefined") {
      window.addEventListener("online", this.reconnectNow);
      document.addEventListener("visibilitychange", this.whenVisible);
    }
    this.open();
  }

  subscribe<Data>(name: string, callback: Subscriber<Data>, options?: SubscribeOptions): () => void {
    const subscriber = callback as Subscriber;
    const topic = this.topics.get(name);
    const throttle = options?.throttleSeconds ?? this.options.throttleSeconds;
    if (topic) {
      topic.callbacks.add(subscriber);
      // One subscription on the wire for all: as often as the most eager wants it.
      if (topic.throttle !== undefined && throttle !== undefined) {
        topic.throttle = Math.min(topic.throttle, throttle);
      }
      // The newcomer needs a snapshot too; those who are already there can bear one.
      this.askAgain(name, topic);
    } else {
      this.topics.set(name, { callbacks: new Set([subscriber]), throttle, asked: false, seq: undefined });
    }
    this.flushSoon();
    return () => {
      this.topics.get(name)?.callbacks.delete(subscriber);
      this.flushSoon();
    };
  }

  onStateChange(callback: (state: ConnectionState) => void): () => void {
    this.listeners.add(callback);
    return () => void this.listeners.delete(callback);
  }

  reconnectNow = (): void => {
    if (this.state === "live" || this.state === "closed" || this.socket) return;
    clearTimeout(this.retryTimer);
    this.open();
  };

  close(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    if (typeof window !== "undefined") {
      window.removeEventListener("online", this.reconnectNow);
      document.removeEventListener("visibilitychange", this.whenVisible);
    }
    this.setState("closed");
    this.drop();
  }

  private whenVisible = (): void => {
    // A telephone that was asleep has missed its timers; look at once, not when they feel like it.
    if (document.visibilityState === "visible") this.reconnectNow();
  };

  private open(): void {
    const openSocket = this.options.openSocket ?? openWebSocket;
    const socket = openSocket(this.options.url);
    this.socket = socket;
    this.firstOfSocket = true;
    this.letIn = false;
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.heard();
      this.setState("live");
      this.flush();
    };
    socket.onmessage = (event: MessageEvent) => {
      if (socket !== this.socket) return;
      // Only now: a server that opens the door and shuts it at once must not be asked twice a second.
      this.attempt = 0;
      this.letIn = true;
      this.heard();
      const frame = JSON.parse(String(event.data)) as LiveMessage | LiveMessage[];
      for (const message of Array.isArray(frame) ? frame : [frame]) this.take(message);
    };
    socket.onclose = (event: CloseEvent) => {
      if (socket !== this.socket) return;
      // Shut out of a stream that was open: perhaps the rights have changed only, so one more attempt tells.
      if (event?.code === UNAUTHORIZED && !this.letIn) this.refused();
      else this.lost(event?.code === RESTARTING);
    };
    this.watchSilence();
  }

  private take(message: LiveMessage): void {
    // The server's own notices may have the number 0: they are not part of what can be resumed.
    if (message.seq > 0) {
      // A restarted server may count from the beginning again: its first number on a new socket is believed,
      // after that only higher ones.
      this.lastSeq = this.firstOfSocket ? message.seq : Math.max(this.lastSeq ?? 0, message.seq);
      this.firstOfSocket = false;
    }
    const topic = this.topics.get(message.topic);
    if (!topic) return;
    if (message.seq > 0) {
      topic.seq = message.kind === "snapshot" ? message.seq : Math.max(topic.seq ?? 0, message.seq);
    }
    for (const callback of [...topic.callbacks]) call(callback, message);
  }

  private heard(): void {
    this.lastMessageAt = this.now();
    this.watchSilence();
  }

  private watchSilence(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.lost(), (this.options.silenceSeconds ?? 25) * 1000);
  }

  private lost(isRestart = false): void {
    clearTimeout(this.silenceTimer);
    this.drop();
    if (this.state === "closed") return;
    for (const topic of this.topics.values()) topic.asked = false;
    if (this.state === "live") this.setState("reconnecting");
    const random = this.options.random ?? Math.random;
    const delay = isRestart ? delayAfterRestart(random) : delayBefore(this.attempt++, this.backoff, random);
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.open(), delay);
  }

  /** Nothing will change by asking again and again. */
  private refused(): void {
    clearTimeout(this.silenceTimer);
    this.drop();
    for (const topic of this.topics.values()) topic.asked = false;
    this.setState("refused");
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private askAgain(name: string, topic: Topic): void {
    topic.seq = undefined;
    if (topic.asked) this.send({ action: "unsubscribe", topics: [name] });
    topic.asked = false;
  }

  /** Wishes of one turn go out together: a page asks for several topics, the server answers in one go. */
  private flushSoon(): void {
    if (this.flushPending) return;
    this.flushPending = true;
    queueMicrotask(() => {
      this.flushPending = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.socket?.readyState !== OPEN) {
      for (const [name, topic] of this.topics) if (topic.callbacks.size === 0) this.topics.delete(name);
      return;
    }
    const left: string[] = [];
    const groups = new Map<string, { topics: string[]; since?: number; throttle_s?: number }>();
    for (const [name, topic] of this.topics) {
      if (topic.callbacks.size === 0) {
        if (topic.asked) left.push(name);
        this.topics.delete(name);
      } else if (!topic.asked && name !== SERVER) {
        topic.asked = true;
        const since = topic.seq ?? (this.resuming ? (this.lastSeq ?? undefined) : undefined);
        const key = `${since}/${topic.throttle}`;
        const group = groups.get(key) ?? { topics: [], since, throttle_s: topic.throttle };
        group.topics.push(name);
        groups.set(key, group);
      }
    }
    if (left.length) this.send({ action: "unsubscribe", topics: left });
    for (const group of groups.values()) this.send({ action: "subscribe", ...group });
    if (groups.size) this.resuming = false;
  }

  private send(words: object): void {
    this.socket?.send(JSON.stringify(words));
  }

  private setState(state: ConnectionState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of [...this.listeners]) call(listener, state);
  }
}

function openWebSocket(url: string): SocketLike {
  const address = new URL(url, typeof document === "undefined" ? undefined : document.baseURI);
  address.protocol = address.protocol.replace("http", "ws");
  return new WebSocket(address);
}

/** One callback that fails takes nothing away from the others, and is heard of all the same. */
function call<Argument>(callback: (argument: Argument) => void, argument: Argument): void {
  try {
    callback(argument);
  } catch (error) {
    reportError(error);
  }
}
