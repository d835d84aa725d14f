// The frames of a charge point as they pass; so many are held, the oldest go first.
import { useEffect, useState } from "react";
import { type FrameData, type LiveMessage, topics } from "wattdeck-client";
import { type Frame, frameOf } from "../data/frames";
import { newsOf } from "../data/merge";
import { gather } from "./batch";
import { useLive } from "./feed";

const MOST = 1000;
const REDRAW_EVERY = 250;

/** Newest first; stands still while `enabled` is false. */
export function useLiveFrames(identifier: string, enabled: boolean): Frame[] {
  const live = useLive();
  const [frames, setFrames] = useState<Frame[]>([]);
  useEffect(() => {
    if (!live || !enabled) return;
    const news = gather<LiveMessage<FrameData | FrameData[]>>(REDRAW_EVERY, (messages) => {
      const fresh = messages.flatMap((message) => {
        const items = newsOf(message).map(frameOf);
        // A snapshot stands newest first, news come one after the other.
        return message.kind === "snapshot" ? items.reverse() : items;
      });
      setFrames((known) => [...fresh.reverse(), ...known].slice(0, MOST));
    });
    const stop = live.subscribe<FrameData | FrameData[]>(topics.messages(identifier), news.add);
    return () => {
      stop();
      news.stop();
    };
  }, [live, identifier, enabled]);
  return frames;
}
