// The place in a dialog where a command tells how it goes; it keeps its height, so that the buttons stay where they are.
import type { CommandWords } from "../data/commandWords";
import type { CommandInHand } from "../live/useCommand";
import { CommandLine } from "./CommandLine";
import css from "./Dialog.module.css";
import { Icon } from "./icons";

interface Props extends Pick<CommandInHand, "refused" | "command"> {
  words?: CommandWords | null;
}

export function CommandOutcome({ refused, command, words }: Props) {
  return (
    <div className={css.outcome} role="status">
      {refused && (
        <span className={css.refused}>
          <Icon name="fault" /> {refused.message}
        </span>
      )}
      {!refused && command && <CommandLine command={command} {...(words && { words })} />}
    </div>
  );
}
