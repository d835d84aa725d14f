// An operator says that a doubted value is right, and why; everything made of it is made anew.
import { Button, Group, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useSetFlag } from "../data/doubted";
import { measurandName } from "../data/history";
import type { MeterValue } from "../data/shapes";
import { sampleFlag } from "../data/words";
import css from "./Dialog.module.css";
import { valueWords } from "./DoubtedPanel";
import { Outcome } from "./Outcome";

interface Props {
  identifier: string;
  sample: MeterValue;
  onClose: () => void;
}

export function LiftDialog({ identifier, sample, onClose }: Props) {
  const [note, setNote] = useState("");
  const lift = useSetFlag(identifier);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    lift.mutate({ sample, lifted: true, note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title="This value is right" centered>
      <form onSubmit={submit} className={css.form}>
        <p className={css.text}>
          {measurandName(sample.measurand)} {valueWords(sample)} on connector {sample.connector_id} is
          doubted: {sample.flags.map(sampleFlag).join(", ")}. When you say that it is right it counts, and
          energy, hours, days and sessions are reckoned anew.
        </p>
        <Textarea
          label="Why"
          data-autofocus
          maxLength={500}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Outcome error={lift.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            Leave it out
          </Button>
          <Button type="submit" loading={lift.isPending}>
            It is right
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
