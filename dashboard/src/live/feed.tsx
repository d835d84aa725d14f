// The one live connection of the page, and what components may know about it: its state and how old its last word is.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { type ConnectionState, connect, type Live } from "wattdeck-client";
import { liveUrl } from "../data/api";
import { serverSaid } from "../data/clock";
import { keys } from "../data/queries";
import { seldom } from "./batch";
import { holdNow } from "./now";

/** Milliseconds over which pages that come back ask for what the streams do not carry. */
const SPREAD = 2_000;
/** A browser that is always behind must not add to it by asking for everything all the time. */
const ASK_ALL_EVERY = 10_000;

const LiveContext = createContext<Live | null>(null);

/** Connects when somebody is logged in, and hangs up when they log out. */
export function LiveFeed({ children }: { children: ReactNode }) {
  const [live, setLive] = useState<Live | null>(null);
  const queries = useQueryClient();
  useEffect(() => {
    const connection = connect({ url: liveUrl(), throttleSeconds: 1 });
    let wasLost = false;
    // After a restart all pages come back within seconds: they need not all ask for everything in the same one.
    let asking: ReturnType<typeof setTimeout> | undefined;
    const askAll = seldom(ASK_ALL_EVERY, () => queries.invalidateQueries());
    connection.onStateChange((state) => {
      if (state === "reconnecting") wasLost = true;
      holdNow(state !== "live");
      // Whether the login has run out, and what else its rights are now, REST can say.
      if (state === "reconnecting" || state === "refused") queries.invalidateQueries({ queryKey: keys.me });
      clearTimeout(asking);
      if (state === "live" && wasLost) asking = setTimeout(askAll.call, SPREAD * Math.random());
    });
    // What the server had to leave out is asked for the long way; its heartbeat carries its time.
    connection.subscribe("server", (message) => {
      if (message.kind === "skipped") askAll.call();
      if (message.kind === "heartbeat") serverSaid(Date.parse((message.data as { time: string }).time));
    });
    setLive(connection);
    return () => {
      clearTimeout(asking);
      askAll.stop();
      connection.close();
      holdNow(false);
    };
  }, [queries]);
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

export const useLive = (): Live | null => useContext(LiveContext);

export function useConnectionState(): ConnectionState {
  const live = useLive();
  return useSyncExternalStore(
    (changed) => live?.onStateChange(changed) ?? (() => {}),
    () => live?.state ?? "connecting",
  );
}
