// Ends a session by hand whose stop will not come; nothing is sent to the charge point.
import { Button, Group, Modal, NumberInput, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { post } from "../data/api";
import { withSessions } from "../data/merge";
import { keys, SESSIONS_SHOWN } from "../data/queries";
import type { Session } from "../data/shapes";
import { energy, inWords } from "../units";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";

interface Props {
  identifier: string;
  session: Session;
  onClose: () => void;
}

export function CloseDialog({ identifier, session, onClose }: Props) {
  const queries = useQueryClient();
  const [register, setRegister] = useState<number | string>("");
  const [note, setNote] = useState("");
  const close = useMutation({
    mutationFn: () =>
      post<Session>(`sessions/${session.id}/close`, {
        ...(typeof register === "number" && { stop_meter_wh: register * 1000 }),
        ...(note.trim() && { note: note.trim() }),
      }),
    onSuccess: (ended) => {
      queries.setQueryData<Session>(keys.session(ended.id), ended);
      queries.setQueryData<Session[]>(keys.sessionsOf(identifier), (known) =>
        withSessions(known ?? [], [ended], SESSIONS_SHOWN),
      );
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    close.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Close the session by hand" centered>
      <form onSubmit={submit} className={css.form}>
        <p className={css.text}>
          For a session whose stop is lost: the one of{" "}
          <span className="mono">{session.id_tag ?? "an unknown tag"}</span> on connector{" "}
          {session.connector_id}, with {inWords(energy(session.energy_wh))} so far. The charge point is not
          told; should its stop come after all, that counts.
        </p>
        <NumberInput
          label="Meter reading, kWh"
          description="Empty: the last reading that was believed."
          min={0}
          decimalScale={3}
          hideControls
          value={register}
          onChange={setRegister}
        />
        <Textarea
          label="Note"
          data-autofocus
          maxLength={500}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Outcome error={close.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            Leave it open
          </Button>
          <Button type="submit" color="red" loading={close.isPending}>
            Close the session
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
