// Another value for a key of a charge point's configuration, and what it says to that.
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type ConfigurationKey, useChangeKey } from "../data/configuration";
import css from "./Dialog.module.css";
import { Icon } from "./icons";

interface Props {
  identifier: string;
  of: ConfigurationKey;
  onClose: () => void;
}

/** What OCPP 1.6 lets a value have. */
const LONGEST = 500;

export function ConfigurationDialog({ identifier, of, onClose }: Props) {
  const [value, setValue] = useState(of.value ?? "");
  const change = useChangeKey(identifier);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: of.key, value });
  };
  const refused = change.error?.message ?? (change.data && !change.data.taken ? change.data.words : null);
  return (
    <Modal opened onClose={onClose} title={`Change ${of.key}`} centered>
      <form onSubmit={submit} className={css.form}>
        <TextInput
          label="Value"
          data-autofocus
          maxLength={LONGEST}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <div className={css.outcome} role="status">
          {refused ? (
            <span className={css.refused}>
              <Icon name="fault" /> {refused}
            </span>
          ) : (
            change.data?.words
          )}
        </div>
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            {change.data ? "Close" : "Cancel"}
          </Button>
          <Button type="submit" loading={change.isPending}>
            Change
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
