// The sessions of one charge point, newest first: where their energy comes from, what is odd about them, and the way to end one by hand.
import { Button } from "@mantine/core";
import { sessionsFile } from "../data/historyQueries";
import { isOpen } from "../data/merge";
import type { Session } from "../data/shapes";
import { apart, energySource, sessionFlag } from "../data/words";
import { useNow } from "../live/now";
import { duration, energy, inWords, moment, NOTHING, power } from "../units";
import { CsvLink } from "./CsvLink";
import { Icon } from "./icons";
import { Notice } from "./Notice";
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
                <td data-cell="started">{moment(session.started_at, now)}</td>
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
                  <Ended session={session} now={now} />
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

function Ended({ session, now }: { session: Session; now: number }) {
  if (isOpen(session)) {
    return (
      <span className={css.running}>
        <Icon name="bolt" size={14} /> Running
        {session.power_w !== null && ` at ${inWords(power(session.power_w))}`}
      </span>
    );
  }
  const how = session.status === "completed" ? (session.stop_reason ?? "Completed") : session.status;
  // Without a stop: which sign told that it would not come, or who ended it.
  const why = session.end_reason && session.end_reason !== "stopped" ? [session.end_reason] : [];
  const words = [...[how, ...why].map(apart), ...session.flags.map(sessionFlag)];
  return (
    <span title={session.note ?? undefined}>
      {moment(session.stopped_at, now)} <span className="muted">{words.join(" · ")}</span>
    </span>
  );
}
