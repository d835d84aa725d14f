// One member of a command's payload as a field; groups and lists hold fields again.
import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import {
  type Draft,
  emptyDraft,
  type Group,
  isRequired,
  kindOf,
  memberInWords,
  type Schema,
} from "../data/schema";
import { Icon } from "./icons";
import { MomentField } from "./MomentField";
import css from "./SchemaField.module.css";

interface Props {
  schema: Schema;
  draft: Draft;
  label: string;
  path: string;
  required: boolean;
  complaints: Record<string, string>;
  onChange: (draft: Draft) => void;
}

export function SchemaField({ schema, draft, label, path, required, complaints, onChange }: Props) {
  const kind = kindOf(schema);
  if (kind === "group") {
    return (
      <fieldset className={css.group}>
        <legend className={css.legend}>
          {label}
          {!required && <span className="muted"> may be left out</span>}
        </legend>
        <SchemaFields schema={schema} draft={draft as Group} {...{ path, complaints, onChange }} />
      </fieldset>
    );
  }
  if (kind === "list") {
    return (
      <ListField {...{ schema, draft: draft as Draft[], label, path, required, complaints, onChange }} />
    );
  }
  const common = { label, error: complaints[path], withAsterisk: required };
  if (kind === "choice" || kind === "yes-no") {
    const words = schema.enum ?? ["true", "false"];
    return (
      <Select
        {...common}
        data={
          kind === "choice"
            ? words
            : [
                { value: "true", label: "Yes" },
                { value: "false", label: "No" },
              ]
        }
        value={(draft as string) || null}
        clearable={!required}
        searchable={words.length > 6}
        onChange={(value) => onChange(value ?? "")}
      />
    );
  }
  if (kind === "time") {
    const moment = (draft as string) || null;
    return <MomentField {...common} seconds value={moment} onChange={(at) => onChange(at ?? "")} />;
  }
  return (
    <TextInput
      {...common}
      inputMode={kind === "number" ? "decimal" : "text"}
      autoComplete="off"
      value={draft as string}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export function SchemaFields({
  schema,
  draft,
  path,
  complaints,
  onChange,
}: Pick<Props, "schema" | "path" | "complaints"> & { draft: Group; onChange: (draft: Group) => void }) {
  return (
    <div className={css.fields}>
      {Object.entries(schema.properties ?? {}).map(([name, member]) => (
        <SchemaField
          key={name}
          schema={member}
          draft={draft[name] ?? emptyDraft(member, false)}
          label={memberInWords(name)}
          path={path ? `${path}.${name}` : name}
          required={isRequired(schema, name)}
          complaints={complaints}
          onChange={(changed) => onChange({ ...draft, [name]: changed })}
        />
      ))}
    </div>
  );
}

function ListField({
  schema,
  draft,
  label,
  path,
  required,
  complaints,
  onChange,
}: Props & { draft: Draft[] }) {
  const item = schema.items ?? {};
  return (
    <fieldset className={css.group}>
      <legend className={css.legend}>
        {label}
        {!required && <span className="muted"> may be left out</span>}
      </legend>
      <div className={css.fields}>
        {draft.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name, and each shows what its draft says.
          <div key={index} className={css.item}>
            <div className={css.body}>
              <SchemaField
                schema={item}
                draft={each}
                label={`${index + 1}`}
                path={path ? `${path}.${index}` : String(index)}
                required
                complaints={complaints}
                onChange={(changed) => onChange(draft.map((old, at) => (at === index ? changed : old)))}
              />
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${label} ${index + 1}`}
              onClick={() => onChange(draft.filter((_, at) => at !== index))}
            >
              <Icon name="close" />
            </ActionIcon>
          </div>
        ))}
        {complaints[path] && <span className={css.complaint}>{complaints[path]}</span>}
        <Button
          variant="default"
          size="xs"
          className={css.add}
          onClick={() => onChange([...draft, emptyDraft(item)])}
        >
          Add {label.toLowerCase()}
        </Button>
      </div>
    </fieldset>
  );
}
