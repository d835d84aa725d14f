// One thing a channel has to be told.
import { Checkbox, NumberInput, PasswordInput, Select, TagsInput, TextInput } from "@mantine/core";
import type { SettingField } from "../data/channels";
import { HeaderFields } from "./HeaderFields";
import { JsonField } from "./JsonField";

interface Props {
  field: SettingField;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

export function ChannelSetting({ field, value, error, onChange }: Props) {
  const { label, hint, type, choices, on } = field;
  const shared = { label, error, ...(hint && { description: hint }) };
  switch (type) {
    case "flag":
      return (
        <Checkbox
          {...shared}
          checked={value === undefined ? on === true : value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...shared}
          hideControls
          min={0}
          value={typeof value === "number" && value !== 0 ? value : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : null)}
        />
      );
    case "headers":
      return <HeaderFields label={label} value={value} error={error} onChange={onChange} />;
    case "json":
      return <JsonField {...shared} value={value} onChange={onChange} />;
    case "list":
      return <TagsInput {...shared} value={(value as string[] | undefined) ?? []} onChange={onChange} />;
    case "choice":
      return (
        <Select
          {...shared}
          allowDeselect={false}
          data={choices ?? []}
          value={(value as string | undefined) ?? choices?.[0] ?? null}
          onChange={onChange}
        />
      );
    case "secret":
      return (
        <PasswordInput
          {...shared}
          autoComplete="new-password"
          value={(value as string | undefined) ?? ""}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          autoComplete="off"
          value={(value as string | undefined) ?? ""}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
