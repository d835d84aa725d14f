// Which sessions are shown: how they stand, whose, of which tag, with which flags, begun when; kept in the address.
import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { useSites } from "../data/energyQueries";
import { useChargePoints } from "../data/queries";
import { SESSION_FLAGS, SESSION_STATES, type SessionsAsked } from "../data/sessions";
import { useShownZone } from "../data/times";
import { sessionFlag } from "../data/words";
import css from "./Filters.module.css";
import { Icon } from "./icons";

interface Props {
  asked: SessionsAsked;
  onChange: (change: Partial<SessionsAsked>) => void;
  /** What the days are days of. */
  zone: string;
}

const FLAGS = [
  { value: "any", label: "Any flag" },
  ...SESSION_FLAGS.map((value) => ({ value, label: sessionFlag(value) })),
];

export function SessionFilters({ asked, onChange, zone }: Props) {
  const names = (useChargePoints().data ?? []).map(({ identifier }) => identifier);
  const sites = (useSites().data ?? []).map(({ site }) => site);
  const [tag, setTag] = useState(asked.id_tag);
  const askTag = useDebouncedCallback((id_tag: string) => onChange({ id_tag: id_tag.trim() }), 300);
  const { charge_point, site } = asked;
  const shown = useShownZone();
  // One that has been taken away may still be asked for.
  const offered = charge_point && !names.includes(charge_point) ? [charge_point, ...names] : names;
  return (
    <fieldset className={css.filters} aria-label="Show">
      <SegmentedControl
        className={css.wide}
        size="xs"
        aria-label="State"
        value={asked.state}
        onChange={(state) => onChange({ state })}
        data={SESSION_STATES}
      />
      <Select
        size="xs"
        className={css.field}
        aria-label="Charge point"
        placeholder="Any charge point"
        clearable
        searchable
        limit={50}
        data={offered}
        value={charge_point || null}
        onChange={(value) => onChange({ charge_point: value ?? "" })}
      />
      {sites.length > 0 && (
        <Select
          size="xs"
          className={css.field}
          aria-label="Site"
          placeholder="Any site"
          clearable
          data={sites}
          value={site || null}
          onChange={(value) => onChange({ site: value ?? "" })}
        />
      )}
      <TextInput
        size="xs"
        className={css.field}
        aria-label="Id tag"
        placeholder="Any tag"
        leftSection={<Icon name="search" size={14} />}
        value={tag}
        onChange={(event) => {
          setTag(event.currentTarget.value);
          askTag(event.currentTarget.value);
        }}
      />
      <Select
        size="xs"
        className={css.field}
        aria-label="Flag"
        placeholder="With or without flags"
        clearable
        data={FLAGS}
        value={asked.flag || null}
        onChange={(value) => onChange({ flag: value ?? "" })}
      />
      <TextInput
        size="xs"
        className={css.date}
        type="date"
        leftSection={
          <span aria-hidden className={css.word}>
            from
          </span>
        }
        leftSectionWidth={38}
        aria-label={`Begun from, in ${zone}`}
        title={`Begun on this day or later; days of ${zone}`}
        max={asked.to || undefined}
        value={asked.from}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        className={css.date}
        type="date"
        leftSection={
          <span aria-hidden className={css.word}>
            to
          </span>
        }
        leftSectionWidth={26}
        aria-label={`Begun to, in ${zone}`}
        title={`Begun on this day or before; days of ${zone}`}
        min={asked.from || undefined}
        value={asked.to}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
      {zone !== shown && <span className={css.days}>days of {zone}</span>}
    </fieldset>
  );
}
