// A field of a form that has several rows of the same parts: each is changed in place, taken away, added at the end.
import { ActionIcon, Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Icon } from "./icons";
import css from "./RowsField.module.css";

interface Props<Row> {
  label: string;
  rows: Row[];
  /** What a new row begins with. */
  added: () => Row;
  addLabel: string;
  error?: string | undefined;
  onChange: (rows: Row[]) => void;
  children: (row: Row, set: (part: Partial<Row>) => void) => ReactNode;
}

export function RowsField<Row>({ label, rows, added, addLabel, error, onChange, children }: Props<Row>) {
  const set = (at: number, part: Partial<Row>) =>
    onChange(rows.map((one, place) => (place === at ? { ...one, ...part } : one)));
  return (
    <fieldset className={css.field}>
      <legend className={css.label}>{label}</legend>
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own, and nothing of it but what is given
        <div key={at} className={css.row}>
          {children(row, (part) => set(at, part))}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Take row ${at + 1} away`}
            onClick={() => onChange(rows.filter((_, place) => place !== at))}
          >
            <Icon name="close" size={14} />
          </ActionIcon>
        </div>
      ))}
      {error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
      <Button size="compact-sm" variant="default" onClick={() => onChange([...rows, added()])}>
        {addLabel}
      </Button>
    </fieldset>
  );
}
