// Who may charge: all tags, searched and changed; and those that were refused because nobody knows them.
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { CsvLink } from "../components/CsvLink";
import filters from "../components/Filters.module.css";
import { Icon } from "../components/icons";
import { More } from "../components/More";
import { Notice } from "../components/Notice";
import { Scroll } from "../components/Scroll";
import { Age, Waiting } from "../components/State";
import table from "../components/Table.module.css";
import { TagDialog } from "../components/TagDialog";
import { UnknownTags } from "../components/UnknownTags";
import { basePath } from "../data/api";
import { useMe } from "../data/queries";
import { operatesAll } from "../data/rights";
import { type Tag, useTags } from "../data/tags";
import { useNow } from "../live/now";
import { moment, NOTHING } from "../units";
import css from "./ListPage.module.css";

type Asked = { tag: Tag | null; unknown?: string } | null;

const STATUSES = [
  { value: "", label: "All" },
  { value: "accepted", label: "Accepted" },
  { value: "blocked", label: "Blocked" },
];

export function TagsPage() {
  const now = useNow();
  const [words, setWords] = useState("");
  const [search] = useDebouncedValue(words.trim(), 250);
  const [status, setStatus] = useState("");
  const [asked, setAsked] = useState<Asked>(null);
  const mayChange = operatesAll(useMe().data);
  const list = useTags(search, status);
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>Tags</h1>
        <span className="push">
          <CsvLink href={`${basePath()}api/v1/tags.csv`} />
        </span>
        {mayChange && (
          <Button size="xs" onClick={() => setAsked({ tag: null })}>
            Add a tag
          </Button>
        )}
      </div>
      <UnknownTags enabled={mayChange} onAdopt={({ id_tag }) => setAsked({ tag: null, unknown: id_tag })} />
      <fieldset className={filters.filters} aria-label="Show">
        <TextInput
          size="xs"
          className={filters.search}
          aria-label="Search tags"
          placeholder="Tag, group or note"
          leftSection={<Icon name="search" size={14} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <SegmentedControl
          className={filters.wide}
          size="xs"
          aria-label="Status"
          value={status}
          onChange={setStatus}
          data={STATUSES}
        />
      </fieldset>
      <section className="panel" aria-label="Tags">
        <Age query={list} />
        <Waiting query={list} what="The tags" />
        {list.items?.length === 0 && (
          <Notice icon="user" title={search || status ? "Nothing matches" : "No tag yet"}>
            {search || status ? "" : "Tags that are presented and not known appear here, to be added."}
          </Notice>
        )}
        {list.items && list.items.length > 0 && (
          <Scroll label="Tags, one by one">
            <table className={table.table}>
              <thead>
                <tr>
                  <th>Tag</th>
                  <th>Status</th>
                  <th>Note</th>
                  <th>Group</th>
                  <th>Expires</th>
                  <th data-right>At a time</th>
                  {mayChange && <th aria-label="What to do" />}
                </tr>
              </thead>
              <tbody>
                {list.items.map((tag) => (
                  <tr key={tag.id_tag}>
                    <td className="mono">{tag.id_tag}</td>
                    <td>{standing(tag, now)}</td>
                    <td>{tag.note}</td>
                    <td className="mono">{tag.parent}</td>
                    <td>{tag.expires_at ? moment(tag.expires_at, now) : NOTHING}</td>
                    <td data-right>{tag.max_sessions ?? NOTHING}</td>
                    {mayChange && (
                      <td data-right>
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-label={`Change ${tag.id_tag}`}
                          onClick={() => setAsked({ tag })}
                        >
                          Change
                        </Button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
        <More list={list} />
      </section>
      {asked && <TagDialog {...asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

const standing = ({ status, expires_at }: Tag, now: number): string =>
  status === "blocked" ? "Blocked" : expires_at && Date.parse(expires_at) <= now ? "Expired" : "Accepted";
