// A channel is set up or changed: where it goes, for how grave alerts, and what the server refuses of it.
import { Button, Checkbox, Group, Modal, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { SEVERITIES, SEVERITY_NAMES, type Severity } from "../data/alerts";
import { type Channel, KINDS, type Kind, SETTINGS, useRemoveChannel, useSaveChannel } from "../data/channels";
import { complaintOf } from "../data/complaints";
import { ChannelSetting } from "./ChannelSetting";
import { ChannelWords } from "./ChannelWords";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";

const NEW: Channel = {
  name: "",
  kind: "webhook",
  settings: {},
  severity: "info",
  default: true,
  enabled: true,
  sends_resolved: true,
  most_per_hour: 60,
  wait_s: 10,
  interval_s: 300,
};

/** `channel` null: a new one. */
export function ChannelDialog({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  const [draft, setDraft] = useState<Channel>(channel ?? NEW);
  const save = useSaveChannel();
  const removal = useRemoveChannel();
  const fields = SETTINGS[draft.kind];
  const refused = save.error ?? removal.error;
  const complaint = refused ? complaintOf(refused.message) : null;
  const shown = ["name", "subject", "body", ...fields.map(({ name }) => name)];
  const errorAt = (field: string) => (complaint?.field === field ? complaint.what : undefined);
  const set = (part: Partial<Channel>) => setDraft({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={channel ? `Channel ${channel.name}` : "A new channel"} centered>
      <form onSubmit={submit} className={css.form} noValidate>
        {!channel && (
          <TextInput
            label="Name"
            description="Small letters, digits, hyphens"
            data-autofocus
            autoComplete="off"
            value={draft.name}
            error={errorAt("name")}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        )}
        <Select
          label="By"
          allowDeselect={false}
          disabled={channel !== null}
          data={[...KINDS]}
          value={draft.kind}
          onChange={(value) =>
            value && set({ kind: value as Kind, settings: {}, default: value !== "command" })
          }
        />
        {fields.map((field) => (
          <ChannelSetting
            key={`${draft.kind} ${field.name}`}
            field={field}
            value={draft.settings[field.name]}
            error={errorAt(field.name)}
            onChange={(value) => set({ settings: withValue(draft.settings, field.name, value) })}
          />
        ))}
        <Select
          label="Told of alerts from"
          allowDeselect={false}
          data={[...SEVERITIES].reverse().map((value) => ({ value, label: `${SEVERITY_NAMES[value]} on` }))}
          value={draft.severity}
          onChange={(value) => value && set({ severity: value as Severity })}
        />
        {draft.kind === "command" ? (
          <p className={css.text}>It answers the alerts of rules that name it.</p>
        ) : (
          <>
            <Checkbox
              label="Told of every rule that names no channels"
              checked={draft.default}
              onChange={(event) => set({ default: event.currentTarget.checked })}
            />
            <Checkbox
              label="Told of the end, too"
              checked={draft.sends_resolved}
              onChange={(event) => set({ sends_resolved: event.currentTarget.checked })}
            />
            <ChannelWords channel={draft} errorAt={errorAt} onChange={set} />
          </>
        )}
        <Outcome error={shown.includes(complaint?.field ?? "") ? null : refused} />
        <Group justify="flex-end" mt={4}>
          {channel && (
            <Button
              mr="auto"
              variant="default"
              loading={removal.isPending}
              onClick={() => removal.mutate(channel.name, { onSuccess: onClose })}
            >
              Take it away
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!draft.name}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** What is empty is left out: the server knows what stands for nothing. */
function withValue(settings: Channel["settings"], name: string, value: unknown): Channel["settings"] {
  const { [name]: _, ...others } = settings;
  return value === "" || value === null ? others : { ...others, [name]: value };
}
