// Whom a rule tells besides when nobody takes its alerts up: a step each, the soonest first.
import { NumberInput, TagsInput } from "@mantine/core";
import type { Step } from "../data/rules";
import { duration } from "../units";
import { RowsField } from "./RowsField";

interface Props {
  steps: Step[];
  channels: string[];
  error: string | undefined;
  onChange: (steps: Step[]) => void;
}

export function EscalationFields({ steps, channels, error, onChange }: Props) {
  const last = steps[steps.length - 1]?.after_s ?? 0;
  return (
    <RowsField
      label="When nobody takes it up, it tells"
      rows={steps}
      added={(): Step => ({ after_s: last + 900, channels: [] })}
      addLabel="Add a step"
      error={error}
      onChange={onChange}
    >
      {(step, set) => (
        <>
          <NumberInput
            aria-label="After, s"
            hideControls
            rightSectionWidth={84}
            rightSection={<span className="muted">{step.after_s ? duration(step.after_s) : "s"}</span>}
            value={step.after_s ?? ""}
            onChange={(value) => set({ after_s: typeof value === "number" ? value : null })}
          />
          <TagsInput
            aria-label="Channels"
            placeholder={step.channels.length ? undefined : "Channels"}
            data={channels}
            value={step.channels}
            onChange={(value) => set({ channels: value })}
          />
        </>
      )}
    </RowsField>
  );
}
