// The settings in force, for admins: what the server runs with, secrets left out. They are changed where it is started.
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import filters from "../components/Filters.module.css";
import { ForOperators } from "../components/ForOperators";
import { Icon } from "../components/icons";
import { Notice } from "../components/Notice";
import { Scroll } from "../components/Scroll";
import { Waiting } from "../components/State";
import table from "../components/Table.module.css";
import { get, Problem } from "../data/api";
import { NOTHING } from "../units";
import css from "./ListPage.module.css";

const words = (value: unknown): string => {
  if (value === null || value === "") return NOTHING;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

export function SettingsPage() {
  const [search, setSearch] = useState("");
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => get<Record<string, unknown>>("settings", {}, signal),
  });
  if (settings.error instanceof Problem && settings.error.status === 403)
    return <ForOperators who="admins">It shows what the server runs with.</ForOperators>;
  const shown = Object.entries(settings.data ?? {})
    .filter(([name, value]) => `${name} ${words(value)}`.toLowerCase().includes(search.trim().toLowerCase()))
    .sort(([a], [b]) => a.localeCompare(b));
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>Settings</h1>
        <span className="muted">in force; they are changed in the server's file or environment</span>
      </div>
      <fieldset className={filters.filters} aria-label="Show">
        <TextInput
          size="xs"
          className={filters.search}
          aria-label="Search settings"
          placeholder="Search"
          leftSection={<Icon name="search" size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </fieldset>
      <section className="panel" aria-label="Settings">
        <Waiting query={settings} what="The settings" rows={8} />
        {settings.data && shown.length === 0 && <Notice icon="search" title="Nothing matches" />}
        {shown.length > 0 && (
          <Scroll label="Settings, one by one">
            <table className={table.table}>
              <thead>
                <tr>
                  <th>Setting</th>
                  <th>Value</th>
                </tr>
              </thead>
              <tbody>
                {shown.map(([name, value]) => (
                  <tr key={name}>
                    <td className="mono">{name}</td>
                    <td className="mono">{words(value)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </section>
    </div>
  );
}
