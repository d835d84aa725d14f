// One number of a rule, in the unit rules are written in, and beside it what that is in words.
import { NumberInput } from "@mantine/core";
import { exactly } from "../data/alerts";
import type { NumberField } from "../data/rules";
import { unitOf } from "../data/signals";

interface Props {
  field: NumberField;
  signal: string;
  value: number | null;
  error: string | undefined;
  onChange: (value: number | null) => void;
}

export function RuleNumber({ field, signal, value, error, onChange }: Props) {
  const base = field.unit === "s" ? "s" : field.unit === "" ? "" : unitOf(signal);
  const written = field.unit === "rate" && base ? `${base}/s` : base;
  // 50000 W in a field are soon one nought too many: it is said as 50 kW, too.
  const said = value === null || base === "" ? null : exactly(value, base, signal);
  return (
    <NumberInput
      label={written ? `${field.label}, ${written}` : field.label}
      description={said === null ? "\u00a0" : `${said}${field.unit === "rate" ? " a second" : ""}`}
      inputWrapperOrder={["label", "input", "description", "error"]}
      hideControls
      value={value ?? ""}
      error={error}
      onChange={(next) => onChange(typeof next === "number" ? next : null)}
    />
  );
}
