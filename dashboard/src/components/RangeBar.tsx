// Day, month or year; the one before, the one after, and back to the present.
import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import type { RangeView } from "../data/useRange";
import type { Range } from "../data/zones";
import { Icon } from "./icons";
import css from "./RangeBar.module.css";

const RANGES: { value: Range; label: string }[] = [
  { value: "day", label: "Day" },
  { value: "month", label: "Month" },
  { value: "year", label: "Year" },
];
const PRESENT = { day: "Today", month: "This month", year: "This year" };

interface Props {
  view: RangeView;
  now: number;
  /** Those offered; all when not given. */
  ranges?: Range[];
}

export function RangeBar({ view, now, ranges }: Props) {
  const { range, start, end, isLast, go, goTo, name } = view;
  return (
    <div className={css.bar}>
      <SegmentedControl
        className={css.which}
        size="xs"
        aria-label="Range"
        value={range}
        // From a day one comes to its month; from the present year to the present month, else to its first.
        onChange={(value) => goTo(value as Range, now >= start && now < end ? now : start)}
        data={RANGES.filter(({ value }) => !ranges || ranges.includes(value))}
      />
      <div className={css.way}>
        <ActionIcon variant="default" size={30} aria-label={`Previous ${range}`} onClick={() => go(-1)}>
          <Icon name="left" />
        </ActionIcon>
        <output className={css.name} aria-label="Shown">
          {name}
        </output>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={`Next ${range}`}
          disabled={isLast}
          onClick={() => go(1)}
        >
          <Icon name="right" />
        </ActionIcon>
        <Button
          size="xs"
          variant="default"
          className={css.present}
          disabled={isLast}
          onClick={() => goTo(range, now)}
        >
          {PRESENT[range]}
        </Button>
      </div>
    </div>
  );
}
