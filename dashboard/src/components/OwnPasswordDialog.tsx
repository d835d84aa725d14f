// One's own password, changed by whoever knows the present one.
import { Button, Group, Modal, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useOwnPassword } from "../data/peopleQueries";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";

const SHORTEST = 10;

export function OwnPasswordDialog({ onClose }: { onClose: () => void }) {
  const [present, setPresent] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useOwnPassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ current_password: present, password: fresh });
  };
  if (change.isSuccess) {
    return (
      <Modal opened onClose={onClose} title="Your password is changed" centered>
        <div className={css.form}>
          <p className={css.text}>Wherever else you were logged in, you are not any more.</p>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </div>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Change your password" centered>
      <form onSubmit={submit} className={css.form}>
        <PasswordInput
          label="Present password"
          data-autofocus
          required
          withAsterisk={false}
          autoComplete="current-password"
          value={present}
          onChange={(event) => setPresent(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description={`At least ${SHORTEST} characters.`}
          required
          withAsterisk={false}
          minLength={SHORTEST}
          maxLength={256}
          autoComplete="new-password"
          value={fresh}
          onChange={(event) => setFresh(event.currentTarget.value)}
        />
        <Outcome error={change.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            Change it
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
