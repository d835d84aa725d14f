// Add a user, whose password is made and shown once; or change what one may.
import { Button, Checkbox, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { User } from "../data/people";
import { type Rights, useAddUser, useChangeUser } from "../data/peopleQueries";
import { useWaysIn } from "../data/queries";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";
import { RightsFields } from "./RightsFields";
import { SecretShown } from "./SecretShown";

/** `user` null: a new one. */
export function UserDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const [username, setUsername] = useState(user?.username ?? "");
  const [rights, setRights] = useState<Rights>({ role: user?.role ?? "viewer", scope: user?.scope ?? null });
  const [signsOn, setSignsOn] = useState(false);
  const provider = useWaysIn().data?.single_sign_on;
  const add = useAddUser();
  const change = useChangeUser();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (user) change.mutate({ username: user.username, ...rights }, { onSuccess: onClose });
    else
      add.mutate(
        { username: username.trim(), ...rights, single_sign_on: signsOn },
        { onSuccess: ({ password }) => password ?? onClose() },
      );
  };
  const made = add.data?.password;
  return (
    <Modal opened onClose={onClose} title={user ? `Rights of ${user.username}` : "Add a user"} centered>
      {made ? (
        <SecretShown secret={made} onClose={onClose}>
          {`${username.trim()} can log in with this password.`}
        </SecretShown>
      ) : (
        <form onSubmit={submit} className={css.form}>
          {user === null && (
            <TextInput
              label="Username"
              data-autofocus
              required
              withAsterisk={false}
              maxLength={64}
              autoCapitalize="none"
              autoComplete="off"
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
            />
          )}
          {user === null && provider && (
            <Checkbox
              label={`Logs in with ${provider}, has no password here`}
              checked={signsOn}
              onChange={(event) => setSignsOn(event.currentTarget.checked)}
            />
          )}
          <RightsFields rights={rights} onChange={setRights} />
          <Outcome error={add.error ?? change.error} />
          <Group justify="flex-end" mt={4}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending || change.isPending}>
              {user ? "Save" : "Add"}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}
