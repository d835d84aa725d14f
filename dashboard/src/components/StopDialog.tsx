// Asks once more, sends the remote stop, and tells how it goes.
import { Button, Group, Modal } from "@mantine/core";
import type { Session } from "../data/shapes";
import { useCommand } from "../live/useCommand";
import { energy, inWords } from "../units";
import { CommandOutcome } from "./CommandOutcome";
import css from "./Dialog.module.css";
import { Icon } from "./icons";

export function StopDialog({
  identifier,
  session,
  onClose,
}: {
  identifier: string;
  session: Session;
  onClose: () => void;
}) {
  const stop = useCommand(identifier, "remote-stop");
  return (
    <Modal opened onClose={onClose} title="Stop the session" centered>
      <div className={css.form}>
        <p className={css.text}>
          The session of <span className="mono">{session.id_tag ?? "an unknown tag"}</span> on connector{" "}
          {session.connector_id} has taken {inWords(energy(session.energy_wh))} so far.
        </p>
        <CommandOutcome {...stop} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            {stop.command ? "Close" : "Keep charging"}
          </Button>
          <Button
            color="red"
            leftSection={<Icon name="stop" />}
            loading={stop.sending}
            data-autofocus
            onClick={() => stop.send({ session_id: session.id })}
          >
            {stop.command ? "Stop again" : "Stop"}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
