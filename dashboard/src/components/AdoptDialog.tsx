// Lets a charge point in that was refused or waits: registered and accepted, where needed with a password or less asked of it.
import { Button, Checkbox, Group, Modal, PasswordInput, Select } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type Adoption, adviceOf, isAboutSecurity, type Knocked, useAdopt } from "../data/quarantine";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";

interface Props {
  identifier: string;
  /** Why it was refused; null for one that is connected and waits. */
  knocked: Knocked | null;
  onClose: () => void;
}

const PROFILES = [
  { value: "", label: "Leave it as it is" },
  { value: "0", label: "0: nothing" },
  { value: "1", label: "1: a password" },
  { value: "2", label: "2: a password, over TLS" },
];

export function AdoptDialog({ identifier, knocked, onClose }: Props) {
  const [password, setPassword] = useState("");
  const [profile, setProfile] = useState("");
  const [boots, setBoots] = useState(true);
  const adopt = useAdopt(identifier);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const how: Adoption = {
      registration: "accepted",
      ...(password && { password }),
      ...(profile && { security_profile: Number(profile) }),
      ...(knocked === null && { ask_for_boot: boots }),
    };
    adopt.mutate(how, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={`Let ${identifier} in`} centered>
      <form onSubmit={submit} className={css.form}>
        <p className={css.text}>
          {knocked
            ? `${adviceOf(knocked.reason).title}: ${knocked.why}. From its next attempt on it is let in.`
            : "It is connected and waits. Once accepted, its sessions and values count."}
        </p>
        {knocked && (
          <PasswordInput
            label="Password"
            description="Empty: what is set stays. At least 8 characters; the same is set in the charge point."
            autoComplete="new-password"
            minLength={8}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        {knocked && isAboutSecurity(knocked.reason) && (
          <Select
            label="Security profile asked of it"
            allowDeselect={false}
            data={PROFILES}
            value={profile}
            onChange={(value) => setProfile(value ?? "")}
          />
        )}
        {knocked === null && (
          <Checkbox
            label="Ask it to boot, so that it learns of it at once"
            checked={boots}
            onChange={(event) => setBoots(event.currentTarget.checked)}
          />
        )}
        <Outcome error={adopt.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={adopt.isPending} data-autofocus>
            Let it in
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
