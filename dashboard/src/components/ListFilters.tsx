// Which charge points are shown: by words, connection, status, site and model.
import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { type Ref, useMemo } from "react";
import { choicesOf, type ListAsked } from "../data/listViews";
import type { Row } from "../data/rows";
import { BY_WEIGHT, spoken } from "../data/status";
import css from "./Filters.module.css";
import { Icon } from "./icons";

interface Props {
  rows: Row[];
  asked: ListAsked;
  onChange: (change: Partial<ListAsked>) => void;
  field: Ref<HTMLInputElement>;
}

const CONNECTED = [
  { value: "", label: "All" },
  { value: "yes", label: "Connected" },
  { value: "no", label: "Offline" },
];
const STATUSES = BY_WEIGHT.map((value) => ({ value, label: spoken(value) }));
const options = (counted: [string, number][]) =>
  counted.map(([value, count]) => ({ value, label: `${value} (${count})` }));

export function ListFilters({ rows, asked, onChange, field }: Props) {
  const { sites, models } = useMemo(() => choicesOf(rows), [rows]);
  const select = (
    name: "status" | "site" | "model",
    word: string,
    data: { value: string; label: string }[],
  ) => (
    <Select
      size="xs"
      className={css.field}
      aria-label={word}
      placeholder={`Any ${word.toLowerCase()}`}
      clearable
      searchable={data.length > 8}
      limit={100}
      data={data}
      value={asked[name] || null}
      onChange={(value) => onChange({ [name]: value ?? "" })}
    />
  );
  return (
    <>
      <TextInput
        ref={field}
        size="xs"
        className={css.search}
        aria-label="Search charge points"
        placeholder="Search"
        type="search"
        leftSection={<Icon name="search" size={14} />}
        value={asked.q}
        onChange={(event) => onChange({ q: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          onChange({ q: "" });
          event.currentTarget.blur();
        }}
      />
      <SegmentedControl
        className={css.wide}
        size="xs"
        aria-label="Connection"
        value={asked.connected}
        onChange={(connected) => onChange({ connected })}
        data={CONNECTED}
      />
      {select("status", "Status", STATUSES)}
      {sites.length > 0 && select("site", "Site", options(sites))}
      {models.length > 1 && select("model", "Model", options(models))}
    </>
  );
}
