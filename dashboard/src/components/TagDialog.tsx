// A tag: whether it may charge, until when, in which group, how often at a time.
import { Button, Checkbox, Group, Modal, NumberInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { draftOf, type Tag, useKeepTag, useRemoveTag } from "../data/tags";
import css from "./Dialog.module.css";
import { MomentField } from "./MomentField";
import { Outcome } from "./Outcome";

interface Props {
  /** The one that is changed; null for a new one. */
  tag: Tag | null;
  /** One that was refused because nobody knows it. */
  unknown?: string;
  onClose: () => void;
}

export function TagDialog({ tag, unknown, onClose }: Props) {
  const [draft, setDraft] = useState(draftOf(tag, unknown));
  const keep = useKeepTag(unknown !== undefined);
  const removing = useRemoveTag();
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const error = keep.error ?? removing.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.id_tag.trim()) keep.mutate(draft, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={tag ? `Tag ${tag.id_tag}` : "Add a tag"} centered>
      <form onSubmit={submit} className={css.form}>
        {!tag && (
          <TextInput
            label="Id tag"
            data-autofocus={!unknown || undefined}
            readOnly={unknown !== undefined}
            value={draft.id_tag}
            onChange={(event) => change({ id_tag: event.currentTarget.value })}
          />
        )}
        <TextInput
          label="Note"
          data-autofocus={Boolean(tag ?? unknown) || undefined}
          placeholder="Whose it is"
          value={draft.note}
          onChange={(event) => change({ note: event.currentTarget.value })}
        />
        <TextInput
          label="Group"
          description="A tag of the group stops what another has started."
          maxLength={20}
          value={draft.parent}
          onChange={(event) => change({ parent: event.currentTarget.value })}
        />
        <MomentField
          label="Expires"
          value={draft.expires_at}
          onChange={(expires_at) => change({ expires_at })}
        />
        <NumberInput
          label="Sessions at a time"
          description="Empty: as many as there are."
          min={1}
          allowDecimal={false}
          value={draft.max_sessions}
          onChange={(value) => change({ max_sessions: String(value) })}
        />
        <Checkbox
          label="Blocked"
          checked={draft.blocked}
          onChange={(event) => change({ blocked: event.currentTarget.checked })}
        />
        <Outcome error={error} />
        <Group justify="flex-end" mt={4}>
          {tag && (
            <Button
              variant="subtle"
              color="red"
              loading={removing.isPending}
              onClick={() => removing.mutate(tag.id_tag, { onSuccess: onClose })}
            >
              Remove
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={keep.isPending} disabled={!draft.id_tag.trim()}>
            Keep
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
