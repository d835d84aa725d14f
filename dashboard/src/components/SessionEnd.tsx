// How a session stands: running at so much power, or when and how it ended, and what is odd about it.
import { isOpen } from "../data/merge";
import type { Session } from "../data/shapes";
import { apart, sessionFlag } from "../data/words";
import { inWords, moment, power } from "../units";
import { Icon } from "./icons";
import css from "./SessionEnd.module.css";

/** `timed` false: where the time stands beside it already, in a zone that may not be the browser's. */
export function SessionEnd({
  session,
  now,
  timed = true,
}: {
  session: Session;
  now: number;
  timed?: boolean;
}) {
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
      {timed && `${moment(session.stopped_at, now)} `}
      <span className="muted">{words.join(" · ")}</span>
    </span>
  );
}
