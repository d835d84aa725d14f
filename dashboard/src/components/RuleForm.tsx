// A rule as a form; what the server refuses is said at its field.
import { Button, Group, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { SEVERITIES, SEVERITY_NAMES, signalName } from "../data/alerts";
import { useChannels } from "../data/channels";
import { complaintOf } from "../data/complaints";
import { useRemoveRule, useSaveRule } from "../data/ruleQueries";
import {
  type Draft,
  DURING,
  draftOf,
  KINDS,
  type Kind,
  MORE_SELECTS,
  numbersOf,
  REMIND,
  type RuleEntry,
  ruleOf,
  SELECTS,
  type Step,
  saysWords,
  WAITS,
} from "../data/rules";
import { measurands, signalsOf } from "../data/signals";
import dialog from "./Dialog.module.css";
import { EscalationFields } from "./EscalationFields";
import { Icon } from "./icons";
import { OverrideFields } from "./OverrideFields";
import css from "./RuleForm.module.css";
import { RuleNumber } from "./RuleNumber";
import { SelectorFields } from "./SelectorFields";

interface Props {
  /** Not there: it is a new one. */
  entry: RuleEntry | undefined;
  draft: Draft;
  onChange: (draft: Draft) => void;
  mayWrite: boolean;
  onSaved: (entry: RuleEntry) => void;
  /** `restored`: the ready-made rule as it was. */
  onRemoved: (restored: RuleEntry | null) => void;
}

export function RuleForm({ entry, draft, onChange, mayWrite, onSaved, onRemoved }: Props) {
  const save = useSaveRule();
  const removal = useRemoveRule();
  const names = (useChannels(mayWrite).data ?? []).map(({ name }) => name);
  const { rule, rest } = draft;
  const [hasRest, setHasRest] = useState(rest !== "");
  if (rest !== "" && !hasRest) setHasRest(true);
  const made = ruleOf(draft);
  const refused = save.error ?? removal.error;
  const complaint = refused ? complaintOf(refused.message) : null;
  const set = (part: Record<string, unknown>) => onChange({ ...draft, rule: { ...rule, ...part } });
  const numbers = [...numbersOf(rule.kind), ...WAITS];
  const shown = new Set([
    ...["name", "text", "kind", "signal", "severity", "during", "words", "against", "channels"],
    ...["escalate", "overrides", "model_overrides"],
    ...[...numbers, REMIND, ...SELECTS, ...MORE_SELECTS].map(({ name }) => name),
  ]);
  const errorAt = (field: string) => (complaint?.field === field ? complaint.what : undefined);
  const isElsewhere = complaint !== null && !shown.has(complaint.field ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typeof made === "object") save.mutate(made, { onSuccess: onSaved });
  };
  // What one kind has no field for must not be left where nobody sees it: it moves to the rest.
  const choose = (kind: Kind) => {
    const known = typeof made === "object" ? made : rule;
    const offered = signalsOf(kind).flatMap(({ items }) => items);
    const signal = offered.includes(known.signal) ? known.signal : (offered[0] ?? known.signal);
    onChange(draftOf({ ...withoutNumbers(known, rule.kind), kind, signal }));
  };
  return (
    <form className={`panel ${css.form}`} onSubmit={submit} aria-label="Rule" noValidate>
      <fieldset className={css.fields} disabled={!mayWrite}>
        {!entry && (
          <TextInput
            label="Name"
            description="Small letters, digits, hyphens"
            className={css.wide}
            autoComplete="off"
            value={rule.name}
            error={errorAt("name")}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        )}
        <TextInput
          label="What it means, for people"
          className={css.wide}
          value={(rule.text as string) ?? ""}
          error={errorAt("text")}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
        <Select
          label="Fires when it"
          allowDeselect={false}
          data={[...KINDS]}
          value={rule.kind}
          error={errorAt("kind")}
          onChange={(value) => value && choose(value as Kind)}
        />
        <Select
          label="Looks at"
          allowDeselect={false}
          searchable
          data={signalsOf(rule.kind).map(({ group, items }) => ({
            group,
            items: items.map((value) => ({ value, label: signalName(value) })),
          }))}
          value={rule.signal}
          error={errorAt("signal")}
          onChange={(value) => value && set({ signal: value })}
        />
        {rule.kind === "compare" && (
          <Select
            label="Against"
            searchable
            data={measurands().map((value) => ({ value, label: signalName(value) }))}
            value={(rule.against as string) ?? null}
            error={errorAt("against")}
            onChange={(value) => set({ against: value })}
          />
        )}
        {saysWords(rule.kind) && (
          <TagsInput
            label="Words"
            description="As the standard spells them; Enter adds one"
            className={css.wide}
            value={(rule.words as string[]) ?? []}
            error={errorAt("words")}
            onChange={(value) => set({ words: value })}
          />
        )}
        {numbers.map((field) => (
          <RuleNumber
            key={`${rule.kind} ${field.name}`}
            field={field}
            signal={rule.signal}
            value={(rule[field.name] as number) ?? null}
            error={errorAt(field.name)}
            onChange={(value) => set({ [field.name]: value })}
          />
        ))}
        <Select
          label="Severity"
          allowDeselect={false}
          data={SEVERITIES.map((value) => ({ value, label: SEVERITY_NAMES[value] }))}
          value={rule.severity ?? "warning"}
          onChange={(value) => set({ severity: value })}
        />
        <Select
          label="Looked at"
          allowDeselect={false}
          data={DURING}
          value={(rule.during as string) ?? "always"}
          onChange={(value) => set({ during: value })}
        />
        <SelectorFields select={rule.select ?? {}} errorAt={errorAt} onChange={(select) => set({ select })} />
        <OverrideFields
          kind={rule.kind}
          overrides={draft.overrides}
          error={errorAt("overrides") ?? errorAt("model_overrides")}
          onChange={(overrides) => onChange({ ...draft, overrides })}
        />
        <TagsInput
          label="Tells the channels"
          placeholder={
            (rule.channels as string[] | undefined)?.length ? undefined : "Those that are told of everything"
          }
          className={css.wide}
          data={names}
          value={(rule.channels as string[]) ?? []}
          error={errorAt("channels")}
          onChange={(value) => set({ channels: value })}
        />
        <EscalationFields
          steps={(rule.escalate as Step[] | undefined) ?? []}
          channels={names}
          error={errorAt("escalate")}
          onChange={(escalate) => set({ escalate })}
        />
        <RuleNumber
          field={REMIND}
          signal={rule.signal}
          value={(rule.remind_s as number) ?? null}
          error={errorAt(REMIND.name)}
          onChange={(remind_s) => set({ remind_s })}
        />
        {hasRest && (
          <Textarea
            label="The rest, as JSON"
            description="What has no field for a rule of this kind"
            className={css.wide}
            classNames={{ input: css.json }}
            autosize
            minRows={2}
            spellCheck={false}
            value={rest}
            error={typeof made === "string" ? made : undefined}
            onChange={(event) => onChange({ ...draft, rest: event.currentTarget.value })}
          />
        )}
      </fieldset>
      <div className={dialog.outcome} role="status">
        {isElsewhere && (
          <span className={dialog.refused}>
            <Icon name="fault" /> {refused?.message}
          </span>
        )}
        {save.isSuccess && !refused && <span className={css.saved}>Saved, and in force.</span>}
      </div>
      {mayWrite ? (
        <Group justify="flex-end">
          {entry && (entry.changed || !entry.ready_made) && (
            <Button
              variant="default"
              leftSection={<Icon name={entry.ready_made ? "undo" : "close"} size={14} />}
              loading={removal.isPending}
              onClick={() => removal.mutate(entry, { onSuccess: onRemoved })}
            >
              {entry.ready_made ? "As it was made" : "Take it away"}
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={typeof made === "string" || !made.name}>
            Save
          </Button>
        </Group>
      ) : (
        <p className="muted">Rules are written by admins.</p>
      )}
    </form>
  );
}

/** Without the numbers that only that kind has: they would make no sense in another. */
function withoutNumbers(rule: Draft["rule"], kind: Kind): Draft["rule"] {
  const gone = new Set([...numbersOf(kind).map(({ name }) => name), "words", "against"]);
  return Object.fromEntries(Object.entries(rule).filter(([name]) => !gone.has(name))) as Draft["rule"];
}
