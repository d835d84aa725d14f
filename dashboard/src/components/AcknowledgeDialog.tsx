// Take an alert up: nobody is reminded of it any more, and everybody sees who cares.
import { Button, Group, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useAcknowledge } from "../data/alertQueries";
import { type Alert, badWords, partOf, ruleTitle, subjectName } from "../data/alerts";
import css from "./Dialog.module.css";
import { Icon } from "./icons";
import { Outcome } from "./Outcome";

export function AcknowledgeDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const [note, setNote] = useState("");
  const acknowledge = useAcknowledge();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    acknowledge.mutate({ id: alert.id, note: note.trim() }, { onSuccess: onClose });
  };
  const about = [subjectName(alert), partOf(alert), badWords(alert)].filter(Boolean).join(" · ");
  return (
    <Modal opened onClose={onClose} title={`Acknowledge: ${ruleTitle(alert.rule)}`} centered>
      <form onSubmit={submit} className={css.form}>
        <p className={css.text}>
          {about}. Nobody is reminded of it any more; it ends by itself when what is wrong is over.
        </p>
        <Textarea
          label="Note"
          description="What you are going to do about it; may be empty."
          data-autofocus
          maxLength={1000}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Outcome error={acknowledge.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" leftSection={<Icon name="hand" />} loading={acknowledge.isPending}>
            Acknowledge
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
