// The sessions of one charge point, newest first: where their energy comes from, what is odd about them, and the way to end one by hand.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { sessionsFile } from "../data/historyQueries";
import { isOpen } from "../data/merge";
import type { Session } from "../data/shapes";
import { energySource } from "../data/words";
import { useNow } from "../live/now";
import { duration, energy, inWords, moment, NOTHING } from "../units";
import { CsvLink } from "./CsvLink";
import { Notice } from "./Notice";
import { SessionEnd } from "./SessionEnd";
import css from "./SessionsPanel.module.css";

interface Props {
  identifier: string;
  sessions: Session[] | undefined;
  mayControl: boolean;
  onClose: (session: Session) => void;
}

export function SessionsPanel({ identifier, sessions, mayControl, onClose }: Props) {
  const now = useNow();
  return (
    <section className="panel" aria-label="Sessions">
      <div className="panel-head">
        <h2 className="panel-title">Sessions</h2>
        <span className="muted push">{sessions?.length ? "newest first" : ""}</span>
        {sessions && sessions.length > 0 && <CsvLink href={sessionsFile(identifier)} />}
      </div>
      {sessions?.length === 0 && (
        <Notice icon="plug" title="No session yet">
          One begins when a driver presents a tag, or with Start above.
        </Notice>
      )}
      {sessions && sessions.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th>Started</th>
              <th>Connector</th>
              <th>Tag</th>
              <th data-right>Duration</th>
              <th data-right>Energy</th>
              <th>Ended</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.id} data-open={isOpen(session) || undefined}>
                <td data-cell="started">
                  <Link href={`/sessions/${session.id}`} className={css.link}>
                    {moment(session.started_at, now)}
                  </Link>
                </td>
                <td data-cell="connector">
                  <span className={css.only}>Connector </span>
                  {session.connector_id}
                </td>
                <td data-cell="tag" className="mono">
                  {session.id_tag ?? NOTHING}
                </td>
                <td data-cell="duration" data-right>
                  {duration(secondsOf(session, now))}
                </td>
                <td data-cell="energy" data-right>
                  {inWords(energy(session.energy_wh))}
                  {session.energy_source && (
                    <div className={css.source}>{energySource(session.energy_source)}</div>
                  )}
                </td>
                <td data-cell="ended">
                  <SessionEnd session={session} now={now} />
                  {mayControl && isOpen(session) && (
                    <Button
                      className={css.close}
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      onClick={() => onClose(session)}
                    >
                      Close by hand
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function secondsOf(session: Session, now: number): number | null {
  return isOpen(session) ? (now - Date.parse(session.started_at)) / 1000 : session.duration_s;
}
