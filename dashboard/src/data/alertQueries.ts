// What the pages about alerts ask of REST, and how an alert is taken up.
import {
  keepPreviousData,
  type QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Alert, type AlertState, type Change, isRaised, type Wanted } from "./alerts";
import { fileOf, get, post } from "./api";
import { serverNow } from "./clock";
import type { History } from "./history";
import { usePaged } from "./paged";
import type { Page } from "./shapes";

export interface AlertWithTimeline extends Alert {
  timeline: Change[];
}

export const alertKeys = {
  raised: ["alerts", "raised"] as const,
  /** Every list that REST has filtered begins so. */
  lists: ["alerts", "list"] as const,
  one: (id: number) => ["alert", id] as const,
};

/** So many raised ones are held; beyond, the page says so. The live snapshot holds as many. */
export const MOST_ALERTS = 1_000;
const PAGE = 100;

/** All that have fired and not ended, kept right by live news wherever one is in the dashboard. */
export const useRaisedAlerts = () =>
  useQuery({
    queryKey: alertKeys.raised,
    queryFn: async ({ signal }) =>
      (await get<Page<Alert>>("alerts", { state: "open", limit: MOST_ALERTS }, signal)).items,
  });

export interface Asked extends Wanted {
  state: AlertState | "open" | "all";
}

const queryOf = ({ state, severity, rule, charge_point }: Asked) => ({
  state: state === "all" ? ["open", "resolved"] : [state],
  severity,
  rule,
  charge_point,
});

export const alertsFile = (asked: Asked): string => fileOf("alerts", queryOf(asked));

/** Alerts that are over, or those that have not fired yet; page by page, newest first. */
export const useAlertList = (asked: Asked, enabled: boolean) =>
  usePaged<Alert>(
    [...alertKeys.lists, asked.state, asked.severity, asked.rule, asked.charge_point],
    "alerts",
    queryOf(asked),
    { limit: PAGE, every: asked.state === "pending" ? 5_000 : 60_000, enabled },
  );

/** One alert with its timeline; live news asks for it again. */
export const useAlert = (id: number) =>
  useQuery({
    queryKey: alertKeys.one(id),
    queryFn: ({ signal }) => get<AlertWithTimeline>(`alerts/${id}`, {}, signal),
  });

/** Take an answer about one alert into everything that shows it. */
export function rememberAlert(queries: QueryClient, alert: Alert): void {
  queries.setQueryData<Alert[]>(alertKeys.raised, (known) =>
    known?.flatMap((each) => (each.id !== alert.id ? [each] : isRaised(alert) ? [alert] : [])),
  );
  queries.setQueryData<AlertWithTimeline>(
    alertKeys.one(alert.id),
    (known) => known && { ...known, ...alert },
  );
}

export function useAcknowledge() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, note }: { id: number; note: string }) =>
      post<Alert>(`alerts/${id}/acknowledge`, note ? { note } : {}),
    onSuccess: (alert) => {
      rememberAlert(queries, alert);
      queries.invalidateQueries({ queryKey: alertKeys.one(alert.id) });
    },
  });
}

/** How much is shown around an alert, before its beginning and after its end: a third of it, within reason. */
const [LEAST_AROUND_S, MOST_AROUND_S] = [300, 86_400];

/** From where to where the picture of an alert goes, in milliseconds. */
export function spanOf(alert: Pick<Alert, "began_at" | "cleared_at">, now: number): [number, number] {
  const [began, ended] = [Date.parse(alert.began_at), alert.cleared_at ? Date.parse(alert.cleared_at) : now];
  const around = Math.min(MOST_AROUND_S, Math.max(LEAST_AROUND_S, (ended - began) / 3000)) * 1000;
  return [began - around, alert.cleared_at ? Math.min(now, ended + around) : now];
}

/** What the alert saw: its series around the time it lasted. While it lasts it is asked for with every change of it. */
export const useSeen = (alert: Alert, measurand: string | null, width: number) =>
  useQuery({
    queryKey: [...alertKeys.one(alert.id), "seen", measurand, alert.cleared_at, width],
    enabled: measurand !== null && alert.charge_point !== null,
    placeholderData: keepPreviousData,
    refetchInterval: alert.cleared_at === null ? 5_000 : 60_000,
    queryFn: ({ signal }) => {
      const now = serverNow();
      const [from, to] = spanOf(alert, now);
      const query = {
        measurand,
        connector_id: alert.connector_id,
        from: new Date(from).toISOString(),
        // Up to the present is up to the server's, which may be a little ahead of what we take it for.
        to: to < now ? new Date(to).toISOString() : null,
        width,
      };
      return get<History>(
        `charge-points/${encodeURIComponent(alert.charge_point ?? "")}/history`,
        query,
        signal,
      );
    },
  });
