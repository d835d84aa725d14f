// Every session there is, newest first: filtered by what the address asks for, page by page, and as a file.
import { useSearchParams } from "wouter";
import { CsvLink } from "../components/CsvLink";
import { More } from "../components/More";
import { Notice } from "../components/Notice";
import { SessionFilters } from "../components/SessionFilters";
import { SessionRows } from "../components/SessionRows";
import { Age, Waiting } from "../components/State";
import { useMe, useRunningSessions } from "../data/queries";
import { askedOf, paramsOf, type SessionsAsked, sessionsFileOf, useSessions } from "../data/sessions";
import { useFleetNews } from "../live/fleet";
import css from "./ListPage.module.css";

export function SessionsPage() {
  useFleetNews();
  const [params, setParams] = useSearchParams();
  const asked = askedOf(params);
  const change = (part: Partial<SessionsAsked>) =>
    setParams(paramsOf({ ...asked, ...part }), { replace: true });
  const zone = useMe().data?.time_zone ?? "UTC";
  const list = useSessions(asked, zone);
  const live = new Map((useRunningSessions().data ?? []).map((session) => [session.id, session]));
  const sessions = list.items?.map((session) => live.get(session.id) ?? session);
  const isFiltered = Object.keys(paramsOf(asked)).length > 0;
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>Sessions</h1>
        <span className="push">
          <CsvLink href={sessionsFileOf(asked, zone)} />
        </span>
      </div>
      <SessionFilters asked={asked} onChange={change} zone={zone} />
      <section className="panel" aria-label="Sessions">
        <Age query={list} />
        <Waiting query={list} what="The sessions" rows={8} />
        {sessions?.length === 0 && (
          <Notice
            icon={isFiltered ? "search" : "plug"}
            title={isFiltered ? "Nothing matches" : "No session yet"}
          >
            {isFiltered
              ? "No session fits these filters."
              : "One begins when a driver presents a tag, or by a remote start from a charge point's page."}
          </Notice>
        )}
        {sessions && sessions.length > 0 && <SessionRows sessions={sessions} />}
        <More list={list} />
      </section>
    </div>
  );
}
