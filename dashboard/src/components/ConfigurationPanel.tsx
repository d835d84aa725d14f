// The configuration of a charge point: read when asked for, searched, changed key by key.
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { type ConfigurationKey, useConfiguration } from "../data/configuration";
import { NOTHING } from "../units";
import { ConfigurationDialog } from "./ConfigurationDialog";
import filters from "./Filters.module.css";
import { Icon } from "./icons";
import { Notice } from "./Notice";
import { Scroll } from "./Scroll";
import table from "./Table.module.css";

interface Props {
  identifier: string;
  connected: boolean;
}

export function ConfigurationPanel({ identifier, connected }: Props) {
  const read = useConfiguration(identifier);
  const [words, setWords] = useState("");
  const [changing, setChanging] = useState<ConfigurationKey | null>(null);
  const shown = (read.data ?? []).filter(({ key, value }) =>
    `${key} ${value ?? ""}`.toLowerCase().includes(words.trim().toLowerCase()),
  );
  return (
    <section className="panel" aria-label="Configuration">
      <div className="panel-head">
        <h2 className="panel-title">Configuration</h2>
        {read.data && (
          <TextInput
            size="xs"
            className={filters.search}
            aria-label="Search keys"
            placeholder="Search keys"
            leftSection={<Icon name="search" size={14} />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
        )}
        <Button
          className="push"
          size="xs"
          variant="default"
          loading={read.isFetching}
          disabled={!connected}
          onClick={() => read.refetch()}
        >
          {read.data ? "Read again" : "Read it"}
        </Button>
      </div>
      {read.error && (
        <Notice icon="fault" title="It could not be read">
          {read.error.message}
        </Notice>
      )}
      {!read.data && !read.error && (
        <Notice
          icon="send"
          title={connected ? "Asked of the charge point itself" : "The charge point is offline"}
        >
          {connected ? "Reading it sends a GetConfiguration." : "It can be read once it is connected."}
        </Notice>
      )}
      {read.data && shown.length === 0 && <Notice icon="search" title="Nothing matches" />}
      {shown.length > 0 && (
        <Scroll label="Keys and their values">
          <table className={table.table}>
            <thead>
              <tr>
                <th>Key</th>
                <th>Value</th>
                <th aria-label="What to do" />
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr key={one.key}>
                  <td>{one.key}</td>
                  <td
                    className="mono"
                    style={{ whiteSpace: "normal", overflowWrap: "anywhere", minWidth: 170 }}
                  >
                    {one.value ?? NOTHING}
                  </td>
                  <td data-right>
                    {one.readonly ? (
                      <span className="muted">read only</span>
                    ) : (
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`Change ${one.key}`}
                        disabled={!connected}
                        onClick={() => setChanging(one)}
                      >
                        Change
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {changing && (
        <ConfigurationDialog identifier={identifier} of={changing} onClose={() => setChanging(null)} />
      )}
    </section>
  );
}
