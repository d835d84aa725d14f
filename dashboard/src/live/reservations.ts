// Live news about reservations: the lists that show them are asked for again.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type LiveMessage, topics } from "wattdeck-client";
import type { Reservation } from "../data/reservations";
import { gather } from "./batch";
import { useLive } from "./feed";

const REDRAW_EVERY = 250;

/** `of`: a charge point, or ALL. `exists`: whether the server knows it; a topic about nobody would be refused. */
export function useReservationNews(of: string, exists = true): void {
  const live = useLive();
  const queries = useQueryClient();
  useEffect(() => {
    if (!live || !exists) return;
    const news = gather<LiveMessage<Reservation>>(REDRAW_EVERY, () =>
      queries.invalidateQueries({ queryKey: ["reservations"] }),
    );
    const leave = live.subscribe<Reservation>(topics.reservations(of), (message) => {
      if (message.kind === undefined) news.add(message);
    });
    return () => {
      leave();
      news.stop();
    };
  }, [live, queries, of, exists]);
}
