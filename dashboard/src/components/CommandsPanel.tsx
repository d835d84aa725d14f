// What was asked of the charge point lately, and what came of it.
import { actionInWords } from "../data/commandWords";
import { withEffect } from "../data/effects";
import type { Command, Session } from "../data/shapes";
import { useNow } from "../live/now";
import { moment } from "../units";
import { CommandLine } from "./CommandLine";
import css from "./CommandsPanel.module.css";
import { Notice } from "./Notice";

export function CommandsPanel({
  commands,
  sessions,
}: {
  commands: Command[] | undefined;
  sessions: Session[];
}) {
  const now = useNow();
  return (
    <section className="panel" aria-label="Commands">
      <div className="panel-head">
        <h2 className="panel-title">Commands</h2>
      </div>
      {commands?.length === 0 && (
        <Notice icon="send" title="Nothing was asked yet">
          What you ask of this charge point, and what it answers, stands here.
        </Notice>
      )}
      <ul className={css.list}>
        {commands?.map((command) => (
          <li key={command.id}>
            <div className={css.head}>
              <span className={css.action}>{actionInWords(command.action)}</span>
              <span className="muted tabular">{moment(command.created_at, now)}</span>
            </div>
            <CommandLine command={withEffect(command, sessions)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
