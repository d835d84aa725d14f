// Live news about one session into the answer that its page shows.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type SessionData, subscribeToSessions } from "wattdeck-client";
import { keys } from "../data/queries";
import type { Session } from "../data/shapes";
import { useLive } from "./feed";

export function useSessionNews(session: Session | undefined): void {
  const live = useLive();
  const queries = useQueryClient();
  const [id, chargePoint] = [session?.id, session?.charge_point];
  useEffect(() => {
    if (!live || id === undefined || chargePoint === undefined) return;
    const take = (news: SessionData) => {
      if (news.id !== id) return;
      queries.setQueryData<Session>(keys.session(id), (known) => known && { ...known, ...news });
    };
    return subscribeToSessions(live, chargePoint, {
      onSessionStarted: take,
      onSessionUpdated: take,
      onSessionStopped: take,
    });
  }, [live, queries, id, chargePoint]);
}
