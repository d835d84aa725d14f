// One session: its figures and where they come from, what was measured, signed values; stopped or closed by operators.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { CloseDialog } from "../components/CloseDialog";
import { Icon } from "../components/icons";
import { Notice } from "../components/Notice";
import { SessionCurves } from "../components/SessionCurves";
import { SessionEnd } from "../components/SessionEnd";
import { SessionFacts } from "../components/SessionFacts";
import { SignedValues } from "../components/SignedValues";
import { Age, Waiting } from "../components/State";
import { StopDialog } from "../components/StopDialog";
import { Problem } from "../data/api";
import { isOpen } from "../data/merge";
import { useChargePoint, useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { useSession } from "../data/sessions";
import type { Session } from "../data/shapes";
import { useShownZone, useSiteZone } from "../data/times";
import { zoneWithOffset } from "../data/zones";
import { useNow } from "../live/now";
import { useSessionNews } from "../live/session";
import css from "./AlertPage.module.css";

export function SessionPage({ id }: { id: number }) {
  const query = useSession(id);
  const session = query.data;
  useSessionNews(session);
  if (query.error instanceof Problem && [404, 422].includes(query.error.status))
    return (
      <Notice icon="search" title="There is no such session">
        <Link href="/sessions">All that are there</Link>
      </Notice>
    );
  if (!session) return <Waiting query={query} what="The session" rows={8} />;
  return (
    <div className={css.page}>
      <Age query={query} />
      <Content session={session} />
    </div>
  );
}

function Content({ session }: { session: Session }) {
  const now = useNow();
  const me = useMe().data;
  const [asked, setAsked] = useState<"stop" | "close" | null>(null);
  useSiteZone(useChargePoint(session.charge_point).data?.time_zone);
  const zone = useShownZone();
  const dialog = { identifier: session.charge_point, session, onClose: () => setAsked(null) };
  return (
    <>
      <header className={css.header}>
        <Link href="/sessions" className={css.back}>
          <Icon name="back" /> Sessions
        </Link>
        <div className={css.line}>
          <h1 className={css.title}>Session {session.id}</h1>
          <SessionEnd session={session} now={now} timed={false} />
          {mayControl(me) && isOpen(session) && (
            <div className={css.act}>
              <Button variant="default" size="sm" onClick={() => setAsked("close")}>
                Close by hand
              </Button>
              <Button
                color="red"
                size="sm"
                leftSection={<Icon name="stop" />}
                onClick={() => setAsked("stop")}
              >
                Stop
              </Button>
            </div>
          )}
        </div>
        <div className={css.facts}>
          <span className="muted">Times in {zoneWithOffset(zone, Date.parse(session.started_at))}</span>
        </div>
      </header>
      <SessionFacts session={session} zone={zone} />
      <SessionCurves session={session} zone={zone} />
      <SignedValues session={session} zone={zone} />
      {asked === "stop" && <StopDialog {...dialog} />}
      {asked === "close" && <CloseDialog {...dialog} />}
    </>
  );
}
