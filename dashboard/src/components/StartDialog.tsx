// Asks which connector and whose tag, sends the remote start, and tells how it goes.
import { Button, Group, Modal, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { CommandWords } from "../data/commandWords";
import { begunBy } from "../data/effects";
import { isOpen } from "../data/merge";
import { useSessionsOf } from "../data/queries";
import type { Connector, Session } from "../data/shapes";
import { canStart, spoken } from "../data/status";
import { useCommand } from "../live/useCommand";
import { CommandOutcome } from "./CommandOutcome";
import css from "./Dialog.module.css";
import { Icon } from "./icons";

interface Props {
  identifier: string;
  connectors: Connector[];
  /** The connector whose button was pressed. */
  connector: number;
  onClose: () => void;
}

export function StartDialog({ identifier, connectors, connector, onClose }: Props) {
  const [chosen, setChosen] = useState(String(connector));
  const [idTag, setIdTag] = useState("");
  const sessions = useSessionsOf(identifier);
  const start = useCommand(identifier, "remote-start");
  const begun = start.command && begunBy(start.command, sessions.data ?? []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.send({ connector_id: Number(chosen), id_tag: idTag.trim() });
  };
  return (
    <Modal opened onClose={onClose} title="Start a session" centered>
      <form onSubmit={submit} className={css.form}>
        <Select
          label="Connector"
          data={connectors.map(({ connector_id, status }) => ({
            value: String(connector_id),
            label: `Connector ${connector_id}, ${spoken(status).toLowerCase()}`,
            disabled: !canStart(status),
          }))}
          value={chosen}
          allowDeselect={false}
          onChange={(value) => value && setChosen(value)}
        />
        <TextInput
          label="Id tag"
          description="Whose session it will be"
          data-autofocus
          required
          withAsterisk={false}
          maxLength={20}
          autoComplete="off"
          value={idTag}
          onChange={(event) => setIdTag(event.currentTarget.value)}
        />
        <CommandOutcome {...start} words={begun && !isOpen(begun) ? endedAtOnce(begun) : null} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            {start.command ? "Close" : "Cancel"}
          </Button>
          <Button
            type="submit"
            leftSection={<Icon name="play" />}
            loading={start.sending}
            disabled={!idTag.trim()}
          >
            {start.command ? "Start again" : "Start"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

const endedAtOnce = ({ stop_reason }: Session): CommandWords => ({
  text: `Accepted, but the session ended at once${stop_reason === "DeAuthorized" ? ": the tag is not accepted" : ""}`,
  tone: "bad",
});
