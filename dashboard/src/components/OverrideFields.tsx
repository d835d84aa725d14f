// Numbers of a rule that are others for some charge points, or for a model: a row each.
import { NumberInput, Select, TextInput } from "@mantine/core";
import { numbersFor, type Override, WHOSE, type Whose } from "../data/overrides";
import type { Kind } from "../data/rules";
import { RowsField } from "./RowsField";

interface Props {
  kind: Kind;
  overrides: Override[];
  error: string | undefined;
  onChange: (overrides: Override[]) => void;
}

export function OverrideFields({ kind, overrides, error, onChange }: Props) {
  const numbers = numbersFor(kind).map(({ name, label }) => ({ value: name, label }));
  // One that this kind lacks is shown all the same: it may stand there.
  const choices = (known: string) =>
    numbers.some(({ value }) => value === known) ? numbers : [...numbers, { value: known, label: known }];
  const added = (): Override => ({
    whose: "models",
    pattern: "",
    number: numbers[0]?.value ?? "for_s",
    value: null,
  });
  return (
    <RowsField
      label="Other numbers for some"
      rows={overrides}
      added={added}
      addLabel="Add a number"
      error={error}
      onChange={onChange}
    >
      {({ whose, pattern, number, value }, set) => (
        <>
          <Select
            aria-label="Whose"
            allowDeselect={false}
            data={WHOSE}
            value={whose}
            onChange={(next) => next && set({ whose: next as Whose })}
          />
          <TextInput
            aria-label="Pattern"
            placeholder="Pattern with * and ?"
            autoComplete="off"
            value={pattern}
            onChange={(event) => set({ pattern: event.currentTarget.value })}
          />
          <Select
            aria-label="Number"
            allowDeselect={false}
            data={choices(number)}
            value={number}
            onChange={(next) => next && set({ number: next })}
          />
          <NumberInput
            aria-label="Its value there"
            hideControls
            value={value ?? ""}
            onChange={(next) => set({ value: typeof next === "number" ? next : null })}
          />
        </>
      )}
    </RowsField>
  );
}
