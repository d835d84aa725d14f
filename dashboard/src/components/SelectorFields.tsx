// Whom a rule is for: of each list one pattern must match; those that are needed rarely are folded away.
import { TagsInput } from "@mantine/core";
import { MORE_SELECTS, type Rule, SELECTS } from "../data/rules";
import css from "./RuleForm.module.css";

interface Props {
  select: NonNullable<Rule["select"]>;
  errorAt: (field: string) => string | undefined;
  onChange: (select: NonNullable<Rule["select"]>) => void;
}

export function SelectorFields({ select, errorAt, onChange }: Props) {
  const field = ({ name, label }: { name: string; label: string }) => {
    const values = ((select[name] as unknown[] | undefined) ?? []).map(String);
    const isNumber = name === "connectors";
    return (
      <TagsInput
        key={name}
        label={label}
        placeholder={values.length ? undefined : "All"}
        description={isNumber ? "Numbers" : name === "phases" ? "L1, L2, L3 …" : "Patterns with * and ?"}
        value={values}
        error={errorAt(name)}
        onChange={(next) => onChange({ ...select, [name]: isNumber ? next.map(asNumber) : next })}
      />
    );
  };
  const isNeeded = MORE_SELECTS.some(({ name }) => (select[name] as unknown[] | undefined)?.length);
  return (
    <>
      {SELECTS.map(field)}
      <details className={css.more} open={isNeeded || undefined}>
        <summary>By vendor, firmware, tag, connector, phase</summary>
        <div className={css.fields}>{MORE_SELECTS.map(field)}</div>
      </details>
    </>
  );
}

/** What is no number stays as it is: the server says what is wrong with it. */
const asNumber = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);
