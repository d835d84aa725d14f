// The life of a connection: what is asked, what is asked again after a loss, and when.
import { connect, type Live, type LiveMessage } from "../src/index.js";
import { FakeSocket } from "./fake_socket.js";

let live: Live;

function open(options: Partial<Parameters<typeof connect>[0]> = {}): Live {
  live = connect({
    url: "ws://test/live",
    openSocket: (url) => new FakeSocket(url),
    random: () => 1,
    ...options,
  });
  return live;
}

/** Lets the wishes of this turn go out. */
const turn = () => Promise.resolve();

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
});

afterEach(() => {
  live.close();
  vi.useRealTimers();
});

test("topics wished for in one turn go out as one subscription", async () => {
  open({ throttleSeconds: 1 });
  FakeSocket.last.accept();
  live.subscribe("stats", () => {});
  live.subscribe("charge_points_status", () => {});
  await turn();
  expect(FakeSocket.last.heard).toEqual([
    { action: "subscribe", topics: ["stats", "charge_points_status"], throttle_s: 1 },
  ]);
});

test("what is wished for before the socket is open is asked when it opens", async () => {
  open();
  live.subscribe("stats", () => {});
  await turn();
  FakeSocket.last.accept();
  expect(FakeSocket.last.heard).toEqual([{ action: "subscribe", topics: ["stats"] }]);
});

test("a frame may carry one message or several", async () => {
  open();
  const seen: unknown[] = [];
  live.subscribe("stats", (message) => seen.push(message.data));
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 1, data: "a" });
  FakeSocket.last.say({ topic: "stats", seq: 2, data: "b" }, { topic: "other", seq: 3, data: "c" });
  expect(seen).toEqual(["a", "b"]);
  expect(live.lastSeq).toBe(3);
});

test("after a loss it reconnects and resumes from the highest number it has seen of a topic", async () => {
  open();
  live.subscribe("stats", () => {});
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 41, kind: "snapshot", data: {} });
  FakeSocket.last.say({ topic: "stats", seq: 42, data: {} });
  FakeSocket.last.breakOff();
  expect(live.state).toBe("reconnecting");
  vi.advanceTimersByTime(500);
  expect(FakeSocket.all).toHaveLength(2);
  FakeSocket.last.accept();
  expect(live.state).toBe("live");
  expect(FakeSocket.last.heard).toEqual([{ action: "subscribe", topics: ["stats"], since: 42 }]);
});

test("pages that hear of a restart at the same instant do not come back at the same one", () => {
  const came: number[] = [];
  const began = Date.now();
  const pages = [0, 0.25, 0.5, 0.75, 0.99].map((luck) =>
    connect({
      url: "/live",
      random: () => luck,
      openSocket: (url) => {
        if (Date.now() > began) came.push(Date.now() - began);
        return new FakeSocket(url);
      },
    }),
  );
  const sockets = FakeSocket.all.slice(-pages.length);
  for (const socket of sockets) {
    socket.accept();
    socket.breakOff(1012);
  }
  vi.advanceTimersByTime(3000);
  for (const page of pages) page.close();
  expect(came).toEqual([500, 1125, 1750, 2375, 2975]);
});

test("a topic that never said anything begins with a snapshot, not with a number of other topics", async () => {
  open();
  live.subscribe("stats", () => {});
  live.subscribe("quiet", () => {});
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 7, kind: "snapshot", data: {} });
  FakeSocket.last.breakOff();
  vi.advanceTimersByTime(500);
  FakeSocket.last.accept();
  expect(FakeSocket.last.heard).toEqual([
    { action: "subscribe", topics: ["stats"], since: 7 },
    { action: "subscribe", topics: ["quiet"] },
  ]);
});

test("each topic resumes from its own number: one of another may be newer than what it still lacks", () => {
  open();
  live.subscribe("stats", () => {});
  live.subscribe("charge_points_status", () => {});
  FakeSocket.last.accept();
  FakeSocket.last.say(
    { topic: "stats", seq: 7, kind: "snapshot", data: {} },
    { topic: "charge_points_status", seq: 8, kind: "snapshot", data: [] },
  );
  FakeSocket.last.breakOff();
  vi.advanceTimersByTime(500);
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 20, data: {} });
  FakeSocket.last.breakOff();
  vi.advanceTimersByTime(500);
  FakeSocket.last.accept();
  expect(FakeSocket.last.heard).toEqual([
    { action: "subscribe", topics: ["stats"], since: 20 },
    { action: "subscribe", topics: ["charge_points_status"], since: 8 },
  ]);
});

test("a page that brings its number along resumes from it", () => {
  open({ getSince: () => 99 });
  live.subscribe("stats", () => {});
  FakeSocket.last.accept();
  expect(FakeSocket.last.heard).toEqual([{ action: "subscribe", topics: ["stats"], since: 99 }]);
});

test("a gap and the snapshot after it reach the subscriber in order", () => {
  open();
  const kinds: unknown[] = [];
  live.subscribe("stats", (message: LiveMessage) => kinds.push(message.kind));
  FakeSocket.last.accept();
  FakeSocket.last.say(
    { topic: "stats", seq: 5, kind: "gap", data: { since: 1, oldest: 4 } },
    { topic: "stats", seq: 5, kind: "snapshot", data: {} },
  );
  expect(kinds).toEqual(["gap", "snapshot"]);
});

test("a restarted server that counts from the beginning again is believed", () => {
  open();
  live.subscribe("stats", () => {});
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 5000, data: {} });
  FakeSocket.last.breakOff();
  vi.advanceTimersByTime(500);
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 3, kind: "snapshot", data: {} });
  expect(live.lastSeq).toBe(3);
});

test("the server's own notices need no subscription and do not move the number to resume from", async () => {
  open();
  const kinds: unknown[] = [];
  live.subscribe("server", (message) => kinds.push(message.kind));
  FakeSocket.last.accept();
  await turn();
  FakeSocket.last.say({ topic: "stats", seq: 9, data: {} });
  FakeSocket.last.say({ topic: "server", seq: 0, kind: "skipped", data: { count: 3 } });
  expect(FakeSocket.last.heard).toEqual([]);
  expect(kinds).toEqual(["skipped"]);
  expect(live.lastSeq).toBe(9);
});

test("each failed attempt waits longer, up to a limit", () => {
  open({ backoff: { first: 1, most: 4 } });
  const waits = [1000, 2000, 4000, 4000];
  for (const wait of waits) {
    const before = FakeSocket.all.length;
    FakeSocket.last.breakOff();
    vi.advanceTimersByTime(wait - 1);
    expect(FakeSocket.all).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(before + 1);
  }
});

test("a server that opens the door and shuts it at once is not asked faster", () => {
  open({ backoff: { first: 1, most: 60 } });
  FakeSocket.last.accept();
  FakeSocket.last.breakOff();
  vi.advanceTimersByTime(1000);
  FakeSocket.last.accept();
  FakeSocket.last.breakOff();
  vi.advanceTimersByTime(1999);
  expect(FakeSocket.all).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(FakeSocket.all).toHaveLength(3);
});

test("a line that stays silent is taken for dead", () => {
  open({ silenceSeconds: 25 });
  FakeSocket.last.accept();
  vi.advanceTimersByTime(20_000);
  FakeSocket.last.say({ topic: "server", seq: 1, kind: "heartbeat", data: {} });
  vi.advanceTimersByTime(24_000);
  expect(live.state).toBe("live");
  vi.advanceTimersByTime(1_000);
  expect(live.state).toBe("reconnecting");
});

test("what a dropped socket still says is not listened to", () => {
  open({ silenceSeconds: 25 });
  const seen: unknown[] = [];
  live.subscribe("stats", (message) => seen.push(message.data));
  const first = FakeSocket.last;
  first.accept();
  vi.advanceTimersByTime(26_000);
  first.say({ topic: "stats", seq: 1, data: "late" });
  expect(seen).toEqual([]);
});

test("the last subscriber of a topic takes the subscription with it", async () => {
  open();
  const stop = live.subscribe("stats", () => {});
  FakeSocket.last.accept();
  stop();
  await turn();
  expect(FakeSocket.last.heard.at(-1)).toEqual({ action: "unsubscribe", topics: ["stats"] });
});

test("a page that takes over a topic from the one before it gets a snapshot of its own", async () => {
  open();
  const stop = live.subscribe("stats", () => {});
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 1, kind: "snapshot", data: {} });
  const said = FakeSocket.last.heard.length;
  const seen: unknown[] = [];
  stop();
  live.subscribe("stats", (message) => seen.push(message.kind));
  await turn();
  expect(FakeSocket.last.heard.slice(said)).toEqual([
    { action: "unsubscribe", topics: ["stats"] },
    { action: "subscribe", topics: ["stats"] },
  ]);
});

test("a second subscriber of a topic gets a snapshot too", async () => {
  open();
  live.subscribe("stats", () => {});
  FakeSocket.last.accept();
  await turn();
  live.subscribe("stats", () => {});
  await turn();
  expect(FakeSocket.last.heard.slice(1)).toEqual([
    { action: "unsubscribe", topics: ["stats"] },
    { action: "subscribe", topics: ["stats"] },
  ]);
});

test("it tells the time of the last word and every change of state", () => {
  const states: string[] = [];
  open({ now: () => 1234 });
  live.onStateChange((state) => states.push(state));
  expect(live.lastMessageAt).toBeNull();
  FakeSocket.last.accept();
  expect(live.lastMessageAt).toBe(1234);
  FakeSocket.last.breakOff();
  live.close();
  expect(states).toEqual(["live", "reconnecting", "closed"]);
});

test("closed by our own wish, it stays closed", () => {
  open();
  FakeSocket.last.accept();
  live.close();
  FakeSocket.last.breakOff();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});

test("who is not let in is told so, and not asked again and again", () => {
  const states: string[] = [];
  open();
  live.onStateChange((state) => states.push(state));
  FakeSocket.last.accept();
  FakeSocket.last.breakOff(4401);
  expect(states.at(-1)).toBe("refused");
  vi.advanceTimersByTime(600_000);
  expect(FakeSocket.all).toHaveLength(1);
});

test("one who was refused may try again, and gets everything it had subscribed to", () => {
  open();
  live.subscribe("stats", () => {});
  FakeSocket.last.accept();
  FakeSocket.last.breakOff(4401);
  live.reconnectNow();
  FakeSocket.last.accept();
  expect(live.state).toBe("live");
  expect(FakeSocket.last.heard).toEqual([{ action: "subscribe", topics: ["stats"] }]);
});

test("a stream that is shut after it was open is opened once more: the rights may only have changed", () => {
  open();
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "server", seq: 1, kind: "heartbeat", data: {} });
  FakeSocket.last.breakOff(4401);
  expect(live.state).toBe("reconnecting");
  vi.advanceTimersByTime(500);
  FakeSocket.last.accept();
  FakeSocket.last.breakOff(4401);
  expect(live.state).toBe("refused");
  vi.advanceTimersByTime(600_000);
  expect(FakeSocket.all).toHaveLength(2);
});

test("a callback that fails takes nothing away from the others, and is heard of", () => {
  const heard = vi.fn();
  vi.stubGlobal("reportError", heard);
  open();
  const seen: unknown[] = [];
  live.subscribe("stats", () => {
    throw new Error("mine");
  });
  live.subscribe("stats", (message) => seen.push(message.data));
  FakeSocket.last.accept();
  FakeSocket.last.say({ topic: "stats", seq: 1, data: "a" }, { topic: "stats", seq: 2, data: "b" });
  expect(seen).toEqual(["a", "b"]);
  expect(heard).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
});

test("subscribers of a topic share the throttle of the most eager one", () => {
  open();
  live.subscribe("values", () => {}, { throttleSeconds: 5 });
  live.subscribe("values", () => {}, { throttleSeconds: 2 });
  live.subscribe("values", () => {}, { throttleSeconds: 9 });
  FakeSocket.last.accept();
  expect(FakeSocket.last.heard).toEqual([{ action: "subscribe", topics: ["values"], throttle_s: 2 }]);
});

test.each([
  ["/live", "wss://csms.example/live"],
  ["live", "wss://csms.example/csms/live"],
  ["ws://elsewhere.example/live", "ws://elsewhere.example/live"],
])("the address may be relative to the page: %s", (url, wanted) => {
  const opened = vi.fn();
  vi.stubGlobal("document", { baseURI: "https://csms.example/csms/page.html" });
  vi.stubGlobal(
    "WebSocket",
    class extends FakeSocket {
      constructor(address: URL) {
        super(String(address));
        opened(String(address));
      }
    },
  );
  open({ url, openSocket: undefined });
  expect(opened).toHaveBeenCalledWith(wanted);
  vi.unstubAllGlobals();
});
