// Which charge point something is asked of: found by typing; those that are away cannot be asked.
import { Select } from "@mantine/core";
import { useChargePoints } from "../data/queries";

export function ChargePointSelect({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (value: string) => void;
}) {
  const known = useChargePoints().data ?? [];
  return (
    <Select
      label="Charge point"
      placeholder="Choose one"
      data-autofocus
      searchable
      limit={50}
      allowDeselect={false}
      data={known.map(({ identifier, connected }) => ({
        value: identifier,
        label: connected ? identifier : `${identifier}, offline`,
        disabled: !connected,
      }))}
      value={value}
      onChange={(next) => next && onChange(next)}
    />
  );
}
