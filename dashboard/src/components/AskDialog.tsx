// Any command of the charge point's OCPP version: filled in, sent, and followed to its end.
import { Button, Checkbox, Group, Modal } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { isUnderway } from "../data/commandWords";
import { useCommand } from "../live/useCommand";
import { CommandAnswer } from "./CommandAnswer";
import { useCommandForm } from "./CommandForm";
import { CommandOutcome } from "./CommandOutcome";
import css from "./Dialog.module.css";
import { Icon } from "./icons";

interface Props {
  identifier: string;
  version: string | null;
  connected: boolean;
  onClose: () => void;
}

export function AskDialog({ identifier, version, connected, onClose }: Props) {
  const [waits, setWaits] = useState(false);
  const ask = useCommand(identifier, "commands");
  const { action, payload, fields, check } = useCommandForm(version, ask.reset);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (check()) ask.send({ action, payload, ...(waits && { offline: "queue" }) });
  };
  return (
    <Modal opened onClose={onClose} title={`Ask ${identifier}`} centered size="lg">
      <form onSubmit={submit} className={css.form} noValidate>
        {fields}
        {action && !connected && (
          <Checkbox
            label="Send it when the charge point connects"
            checked={waits}
            onChange={(event) => setWaits(event.currentTarget.checked)}
          />
        )}
        {action && <CommandOutcome {...ask} />}
        {ask.command && !isUnderway(ask.command) && <CommandAnswer result={ask.command.result} />}
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            {ask.command ? "Close" : "Cancel"}
          </Button>
          <Button type="submit" leftSection={<Icon name="send" />} loading={ask.sending} disabled={!action}>
            {ask.command ? "Send again" : "Send"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
