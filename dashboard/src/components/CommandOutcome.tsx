// The place in a dialog where a command tells how it goes; it keeps its height, so that the buttons stay where they are.
import type { CommandInHand } from "../live/useCommand";
import { CommandLine } from "./CommandLine";
import css from "./Dialog.module.css";
import { Icon } from "./icons";

export function CommandOutcome({ refused, command }: Pick<CommandInHand, "refused" | "command">) {
  return (
    <div className={css.outcome} role="status">
      {refused && (
        <span className={css.refused}>
          <Icon name="fault" /> {refused.message}
        </span>
      )}
      {!refused && command && <CommandLine command={command} />}
    </div>
  );
}
