// One command in words, with an icon for how it stands.
import { Loader } from "@mantine/core";
import { type CommandTone, type CommandWords, commandInWords } from "../data/commandWords";
import type { Command } from "../data/shapes";
import css from "./CommandLine.module.css";
import { Icon, type IconName } from "./icons";

const ICONS: Record<CommandTone, IconName> = {
  waiting: "clock",
  good: "check",
  bad: "fault",
  unsure: "unknown",
  over: "check",
};

/** `words`: what the page knows better than the command itself. */
export function CommandLine({ command, words }: { command: Command; words?: CommandWords | null }) {
  return <ToneLine {...(words ?? commandInWords(command))} />;
}

export function ToneLine({ text, tone }: CommandWords) {
  return (
    <span className={css.line} data-tone={tone}>
      <span className={css.icon}>
        {tone === "waiting" ? <Loader size={14} /> : <Icon name={ICONS[tone]} size={15} />}
      </span>
      {text}
    </span>
  );
}
