// A moment in a form: typed by the clocks of the zone in which the pages show times, which it names.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { serverNow } from "../data/clock";
import { useShownZone } from "../data/times";
import { asField, fromField, zoneWithOffset } from "../data/zones";

interface Props {
  label: string;
  description?: string;
  /** ISO 8601; null where none is said. */
  value: string | null;
  onChange: (moment: string | null) => void;
  error?: string | undefined;
  withAsterisk?: boolean;
  seconds?: boolean;
}

export function MomentField({ label, description, value, onChange, error, withAsterisk, seconds }: Props) {
  const zone = useShownZone();
  // A year is no year yet while it is typed: what the browser was given stays in its field as long as it says the same.
  const [typed, setTyped] = useState("");
  const where = zoneWithOffset(zone, value ? Date.parse(value) : serverNow());
  return (
    <TextInput
      type="datetime-local"
      label={label}
      description={description ? `${description} · ${where}` : where}
      step={seconds ? 1 : undefined}
      withAsterisk={withAsterisk}
      error={error}
      autoComplete="off"
      value={fromField(typed, zone) === value ? typed : asField(value, zone, seconds)}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(fromField(event.currentTarget.value, zone));
      }}
    />
  );
}
