// What was asked of the charge point lately, and what came of it; the way to ask something else.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { actionInWords } from "../data/commandWords";
import { cancelCommand } from "../data/queries";
import type { Command } from "../data/shapes";
import { useNow } from "../live/now";
import { moment } from "../units";
import { CommandAnswer } from "./CommandAnswer";
import { CommandLine } from "./CommandLine";
import css from "./CommandsPanel.module.css";
import { Icon } from "./icons";
import { Notice } from "./Notice";

interface Props {
  commands: Command[] | undefined;
  mayControl: boolean;
  onAsk: () => void;
}

export function CommandsPanel({ commands, mayControl, onAsk }: Props) {
  const now = useNow();
  // The live stream tells that it is cancelled; only a refusal needs a word here.
  const cancelling = useMutation({ mutationFn: cancelCommand });
  return (
    <section className="panel" aria-label="Commands">
      <div className="panel-head">
        <h2 className="panel-title">Commands</h2>
        {mayControl && (
          <Button
            className="push"
            size="xs"
            variant="default"
            leftSection={<Icon name="send" size={14} />}
            onClick={onAsk}
          >
            Ask
          </Button>
        )}
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
            <CommandLine command={command} />
            {mayControl && command.state === "queued" && (
              <Button
                className={css.cancel}
                size="compact-xs"
                variant="subtle"
                color="gray"
                onClick={() => cancelling.mutate(command.id)}
              >
                Cancel
              </Button>
            )}
            <Details command={command} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Details({ command }: { command: Command }) {
  const asked = Object.keys((command.payload ?? {}) as object).length > 0;
  if (!asked && !command.result) return null;
  return (
    <details className={css.details}>
      <summary>Details</summary>
      {asked && <pre>{JSON.stringify(command.payload, null, 2)}</pre>}
      <CommandAnswer result={command.result} />
    </details>
  );
}
