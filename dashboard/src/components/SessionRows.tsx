// Sessions of many charge points as rows, each leading to its page; cards on a telephone.
import { Link } from "wouter";
import { isOpen } from "../data/merge";
import type { Session } from "../data/shapes";
import { energySource } from "../data/words";
import { useNow } from "../live/now";
import { duration, energy, inWords, moment, NOTHING } from "../units";
import { SessionEnd } from "./SessionEnd";
import own from "./SessionRows.module.css";
import css from "./SessionsPanel.module.css";

export function SessionRows({ sessions }: { sessions: Session[] }) {
  const now = useNow();
  return (
    <table className={`${css.table} ${own.table}`}>
      <thead>
        <tr>
          <th>Started</th>
          <th>Charge point</th>
          <th>Tag</th>
          <th data-right>Duration</th>
          <th data-right>Energy</th>
          <th>Ended</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <td data-cell="started">
              <Link href={`/sessions/${session.id}`} className={own.link}>
                {moment(session.started_at, now)}
              </Link>
            </td>
            <td data-cell="connector" className={own.whose}>
              {session.charge_point} <span className="muted">connector {session.connector_id}</span>
            </td>
            <td data-cell="tag" className="mono">
              {session.id_tag ?? NOTHING}
            </td>
            <td data-cell="duration" data-right>
              {duration(isOpen(session) ? (now - Date.parse(session.started_at)) / 1000 : session.duration_s)}
            </td>
            <td data-cell="energy" data-right>
              {inWords(energy(session.energy_wh))}
              {session.energy_source && (
                <div className={css.source}>{energySource(session.energy_source)}</div>
              )}
            </td>
            <td data-cell="ended">
              <SessionEnd session={session} now={now} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
