// The form of any command of an OCPP version: which one, and its payload drawn from the command's schema.
import { Loader, Select } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { actionInWords } from "../data/commandWords";
import { useCommandSchemas } from "../data/queries";
import { complaintsOf, type Draft, emptyDraft, resolved, typedValue } from "../data/schema";
import css from "./Dialog.module.css";
import { SchemaFields } from "./SchemaField";

export interface CommandForm {
  action: string | null;
  payload: unknown;
  fields: ReactNode;
  /** Says beside each field what is missing; whether nothing is. */
  check: () => boolean;
}

/** `onChoose`: another command was chosen. */
export function useCommandForm(version: string | null, onChoose: () => void = () => {}): CommandForm {
  const schemas = useCommandSchemas(version);
  const [action, setAction] = useState<string | null>(null);
  const [draft, setDraft] = useState<Draft>({});
  const [tried, setTried] = useState(false);

  const chosen = schemas.data?.find((each) => each.action === action);
  const schema = chosen && resolved(chosen.schema);
  const complaints = schema ? complaintsOf(schema, draft) : {};
  const choose = (next: string | null) => {
    const found = schemas.data?.find((each) => each.action === next);
    setAction(next);
    setDraft(found ? emptyDraft(resolved(found.schema)) : {});
    setTried(false);
    onChoose();
  };
  const fields = (
    <>
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
    </>
  );
  return {
    action,
    payload: (schema && typedValue(schema, draft)) ?? {},
    fields,
    check: () => {
      setTried(true);
      return action !== null && Object.keys(complaints).length === 0;
    },
  };
}
