// Any command of the charge point's OCPP version: a form drawn from the command's schema, sent, and followed to its end.
import { Button, Checkbox, Group, Loader, Modal, Select } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { actionInWords, isUnderway } from "../data/commandWords";
import { useCommandSchemas } from "../data/queries";
import { complaintsOf, type Draft, emptyDraft, resolved, typedValue } from "../data/schema";
import { useCommand } from "../live/useCommand";
import { CommandAnswer } from "./CommandAnswer";
import { CommandOutcome } from "./CommandOutcome";
import css from "./Dialog.module.css";
import { Icon } from "./icons";
import { SchemaFields } from "./SchemaField";

interface Props {
  identifier: string;
  version: string | null;
  connected: boolean;
  onClose: () => void;
}

export function AskDialog({ identifier, version, connected, onClose }: Props) {
  const schemas = useCommandSchemas(version);
  const [action, setAction] = useState<string | null>(null);
  const [draft, setDraft] = useState<Draft>({});
  const [tried, setTried] = useState(false);
  const [waits, setWaits] = useState(false);
  const ask = useCommand(identifier, "commands");

  const chosen = schemas.data?.find((each) => each.action === action);
  const schema = chosen && resolved(chosen.schema);
  const complaints = schema ? complaintsOf(schema, draft) : {};
  const payload = (schema && typedValue(schema, draft)) ?? {};
  const choose = (next: string | null) => {
    const found = schemas.data?.find((each) => each.action === next);
    setAction(next);
    setDraft(found ? emptyDraft(resolved(found.schema)) : {});
    setTried(false);
    ask.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (action && Object.keys(complaints).length === 0)
      ask.send({ action, payload, ...(waits && { offline: "queue" }) });
  };
  return (
    <Modal opened onClose={onClose} title={`Ask ${identifier}`} centered size="lg">
      <form onSubmit={submit} className={css.form} noValidate>
        {schemas.isPending && <Loader type="dots" />}
        {schemas.error && <p className={css.text}>The commands could not be read: {schemas.error.message}</p>}
        {schemas.data && (
          <Select
            label="Command"
            placeholder="Choose one"
            data-autofocus
            searchable
            allowDeselect={false}
            data={schemas.data.map((each) => ({ value: each.action, label: actionInWords(each.action) }))}
            value={action}
            onChange={choose}
          />
        )}
        {schema && (
          <SchemaFields
            schema={schema}
            draft={draft as Record<string, Draft>}
            path=""
            complaints={tried ? complaints : {}}
            onChange={setDraft}
          />
        )}
        {action && !connected && (
          <Checkbox
            label="Send it when the charge point connects"
            checked={waits}
            onChange={(event) => setWaits(event.currentTarget.checked)}
          />
        )}
        {action && <CommandOutcome {...ask} />}
        {ask.command && !isUnderway(ask.command) && <CommandAnswer result={ask.command.result} />}
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            {ask.command ? "Close" : "Cancel"}
          </Button>
          <Button type="submit" leftSection={<Icon name="send" />} loading={ask.sending} disabled={!action}>
            {ask.command ? "Send again" : "Send"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
