// Who did what, when, about which charge point, and how it ended; newest first.
import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "wouter";
import { CsvLink } from "../components/CsvLink";
import { Notice } from "../components/Notice";
import { PeoplePages } from "../components/PeoplePages";
import { Scroll } from "../components/Scroll";
import { Age, Waiting } from "../components/State";
import table from "../components/Table.module.css";
import { type AuditEntry, deedOf, outcomeOf } from "../data/people";
import { type AuditAsked, auditFile, useAudit } from "../data/peopleQueries";
import { useBrowserNow } from "../live/now";
import { moment, NOTHING } from "../units";
import css from "./AlertsPage.module.css";
import own from "./AuditPage.module.css";

export function AuditPage() {
  const [wanted, setWanted] = useState<AuditAsked>({ actor: "", charge_point: "" });
  const [asked] = useDebouncedValue(wanted, 300);
  const list = useAudit(asked);
  const entries = list.data?.pages.flatMap(({ items }) => items);
  const query = { ...list, data: list.data?.pages };
  return (
    <div className={css.page}>
      <PeoplePages action={<CsvLink href={auditFile(asked)} />}>
        <div className={css.filters}>
          <TextInput
            aria-label="By whom"
            placeholder="By whom"
            value={wanted.actor}
            onChange={(event) => setWanted({ ...wanted, actor: event.currentTarget.value })}
          />
          <TextInput
            aria-label="Charge point"
            placeholder="Charge point"
            value={wanted.charge_point}
            onChange={(event) => setWanted({ ...wanted, charge_point: event.currentTarget.value })}
          />
        </div>
        <Age query={query} />
        <section className="panel" aria-label="Audit">
          <Waiting query={query} what="The audit" />
          {entries?.length === 0 && (
            <Notice icon="search" title="Nothing was done">
              By this name and about this charge point, as they are spelled.
            </Notice>
          )}
          {entries && entries.length > 0 && <Entries entries={entries} />}
          {list.hasNextPage && (
            <div className={css.more}>
              <Button
                variant="default"
                size="xs"
                loading={list.isFetchingNextPage}
                onClick={() => list.fetchNextPage()}
              >
                Older ones
              </Button>
            </div>
          )}
        </section>
      </PeoplePages>
    </div>
  );
}

function Entries({ entries }: { entries: AuditEntry[] }) {
  const now = useBrowserNow();
  return (
    <Scroll label="What was done">
      <table className={table.table}>
        <thead>
          <tr>
            <th>When</th>
            <th>Who</th>
            <th>What</th>
            <th>Charge point</th>
            <th>Outcome</th>
            <th>From</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td title={entry.at}>{moment(entry.at, now)}</td>
              <td>
                {entry.actor ?? "somebody unknown"} <span className="muted">{entry.role}</span>
              </td>
              <td title={`${entry.method} ${entry.path}`}>{deedOf(entry)}</td>
              <td>
                {entry.charge_point === null ? (
                  NOTHING
                ) : (
                  <Link href={`/charge-points/${encodeURIComponent(entry.charge_point)}`}>
                    {entry.charge_point}
                  </Link>
                )}
              </td>
              <td>
                <span className={own.outcome} data-outcome={outcomeOf(entry.status)}>
                  {outcomeOf(entry.status)}
                </span>{" "}
                <span className="muted">{entry.status}</span>
              </td>
              <td className="muted">{entry.address ?? NOTHING}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
