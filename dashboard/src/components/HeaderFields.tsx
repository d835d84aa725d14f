// Headers that are sent besides: a row each. Their values are kept secret: what was kept is shown as ***.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { type Header, headersOf, withHeaders } from "../data/channels";
import { RowsField } from "./RowsField";

interface Props {
  label: string;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

export function HeaderFields({ label, value, error, onChange }: Props) {
  // Rows, not an object: while a name is written it may be empty, or another's.
  const [rows, setRows] = useState(() => headersOf(value));
  const change = (next: Header[]) => {
    setRows(next);
    const made = withHeaders(next);
    onChange(Object.keys(made).length > 0 ? made : null);
  };
  return (
    <RowsField
      label={label}
      rows={rows}
      added={() => ({ name: "", value: "" })}
      addLabel="Add a header"
      error={error}
      onChange={change}
    >
      {(row, set) => (
        <>
          <TextInput
            aria-label="Header"
            placeholder="Authorization"
            autoComplete="off"
            value={row.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            aria-label="Its value"
            autoComplete="off"
            value={row.value}
            onChange={(event) => set({ value: event.currentTarget.value })}
          />
        </>
      )}
    </RowsField>
  );
}
