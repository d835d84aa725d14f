// Make an API key, which is shown once.
import { Button, Group, Modal, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { serverNow } from "../data/clock";
import { type Rights, useAddKey } from "../data/peopleQueries";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";
import { RightsFields } from "./RightsFields";
import { SecretShown } from "./SecretShown";

const DAY_MS = 86_400_000;

export function KeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState<number | string>("");
  const [rights, setRights] = useState<Rights>({ role: "viewer", scope: null });
  const add = useAddKey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires_at = typeof days === "number" ? new Date(serverNow() + days * DAY_MS).toISOString() : null;
    add.mutate({ name: name.trim(), expires_at, ...rights });
  };
  return (
    <Modal opened onClose={onClose} title="Make an API key" centered>
      {add.data ? (
        <SecretShown secret={add.data.key} onClose={onClose}>
          {`The key of ${add.data.name}.`}
        </SecretShown>
      ) : (
        <form onSubmit={submit} className={css.form}>
          <TextInput
            label="Name"
            description="What it is for."
            data-autofocus
            required
            withAsterisk={false}
            maxLength={64}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <RightsFields rights={rights} onChange={setRights} />
          <NumberInput
            label="Expires after, days"
            description="Empty: it counts until it is revoked."
            min={1}
            max={36_500}
            allowDecimal={false}
            value={days}
            onChange={setDays}
          />
          <Outcome error={add.error} />
          <Group justify="flex-end" mt={4}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending}>
              Make it
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}
