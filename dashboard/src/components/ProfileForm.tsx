// A charging profile as a form: what it limits, when, to how much; what the server refuses is said at its field.
import { ActionIcon, Button, NumberInput, SegmentedControl, Select, TextInput } from "@mantine/core";
import { type Draft, KINDS, PURPOSES } from "../data/profiles";
import { Icon } from "./icons";
import { MomentField } from "./MomentField";
import css from "./ProfileForm.module.css";

interface Props {
  isNew: boolean;
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** By field. */
  wrong: Record<string, string>;
}

export function ProfileFields({ isNew, draft, onChange, wrong }: Props) {
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const text = (field: "name" | "lasts", label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      autoComplete="off"
      value={draft[field]}
      error={wrong[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
    />
  );
  const number = (field: "id" | "level" | "least", label: string, description: string, whole = true) => (
    <NumberInput
      label={label}
      description={description}
      allowDecimal={!whole}
      value={draft[field]}
      error={wrong[field]}
      onChange={(value) => set({ [field]: String(value) })}
    />
  );
  const choice = (field: "purpose" | "kind", label: string, data: { value: string; label: string }[]) => (
    <Select
      label={label}
      allowDeselect={false}
      data={data}
      value={draft[field]}
      error={wrong[field]}
      onChange={(value) => value && set({ [field]: value })}
    />
  );
  const moment = (field: "begins" | "validFrom" | "validTo", label: string, description?: string) => (
    <MomentField
      label={label}
      description={description}
      value={draft[field]}
      error={wrong[field]}
      onChange={(at) => set({ [field]: at })}
    />
  );
  return (
    <>
      {isNew && text("name", "Name", "How people call it")}
      {choice("purpose", "Limits", PURPOSES)}
      {number("level", "Stack level", "Of those that limit the same, the highest that says something counts")}
      {number("id", "Number", "A charge point has one profile of each number")}
      {choice("kind", "Begins", KINDS)}
      {draft.kind === "Recurring" && (
        <Select
          label="Again"
          description="Every day or every week at the time it begins"
          allowDeselect={false}
          data={[
            { value: "Daily", label: "Every day" },
            { value: "Weekly", label: "Every week" },
          ]}
          value={draft.recurrency}
          error={wrong.recurrency}
          onChange={(value) => value && set({ recurrency: value })}
        />
      )}
      {draft.kind !== "Relative" && moment("begins", "From")}
      {text("lasts", "Lasts", "Hours and minutes, such as 8:00; empty: until something else counts")}
      {moment("validFrom", "Valid from", "Empty: at once")}
      {moment("validTo", "Valid to", "Empty: for ever")}
      {number("least", "Lowest that makes sense", "Empty: not said", false)}
      <Periods draft={draft} wrong={wrong} onChange={set} />
    </>
  );
}

type PeriodsProps = Pick<Props, "draft" | "wrong"> & { onChange: (part: Partial<Draft>) => void };

function Periods({ draft, wrong, onChange }: PeriodsProps) {
  const { periods, unit } = draft;
  const change = (index: number, part: Partial<Draft["periods"][number]>) =>
    onChange({ periods: periods.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <fieldset className={css.periods}>
      <legend>How much, from when on</legend>
      <SegmentedControl
        aria-label="Unit"
        size="xs"
        data={[
          { value: "A", label: "Amperes a phase" },
          { value: "W", label: "Watts in all" },
        ]}
        value={unit}
        onChange={(value) => onChange({ unit: value })}
      />
      {periods.map((period, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name than their place.
        <div key={index} className={css.period}>
          <TextInput
            aria-label={`Period ${index + 1} from`}
            leftSection={<span className={css.word}>from</span>}
            leftSectionWidth={46}
            value={period.from}
            error={wrong[`periods.${index}.from`]}
            onChange={(event) => change(index, { from: event.currentTarget.value })}
          />
          <TextInput
            aria-label={`Period ${index + 1} limit in ${unit}`}
            inputMode="decimal"
            rightSection={<span className={css.word}>{unit}</span>}
            value={period.limit}
            error={wrong[`periods.${index}.limit`]}
            onChange={(event) => change(index, { limit: event.currentTarget.value })}
          />
          <Select
            aria-label={`Period ${index + 1} phases`}
            allowDeselect={false}
            data={[
              { value: "", label: "All phases" },
              { value: "1", label: "1 phase" },
              { value: "2", label: "2 phases" },
              { value: "3", label: "3 phases" },
            ]}
            value={period.phases}
            onChange={(value) => change(index, { phases: value ?? "" })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove period ${index + 1}`}
            disabled={periods.length === 1}
            onClick={() => onChange({ periods: periods.filter((_, at) => at !== index) })}
          >
            <Icon name="close" />
          </ActionIcon>
        </div>
      ))}
      {wrong.periods && (
        <p className={css.wrong} role="alert">
          {wrong.periods}
        </p>
      )}
      <p className="muted">Hours and minutes after it begins: 0:00, then 8:00 and so on.</p>
      <Button
        variant="default"
        size="xs"
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => onChange({ periods: [...periods, { from: "", limit: "", phases: "" }] })}
      >
        Add a period
      </Button>
    </fieldset>
  );
}
