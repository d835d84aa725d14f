// A panel with a table of what the server lists: waiting, nothing there, rows, the way to more of them.
import type { ReactNode } from "react";
import type { Paged } from "../data/paged";
import type { IconName } from "./icons";
import { More } from "./More";
import { Notice } from "./Notice";
import { Scroll } from "./Scroll";
import { Age, Waiting } from "./State";
import table from "./Table.module.css";

interface Props {
  title: string;
  hint: string;
  /** What its rows are. */
  what: string;
  /** Whether there is a row; undefined: not known yet. */
  isEmpty: boolean | undefined;
  query: Parameters<typeof Age>[0]["query"];
  /** More of them can be had. */
  list?: Paged;
  none: { icon: IconName; title: string };
  head: ReactNode;
  children: ReactNode;
}

export function TablePanel({ title, hint, what, isEmpty, query, list, none, head, children }: Props) {
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2 className="panel-title">{title}</h2>
        <span className="muted">{hint}</span>
      </div>
      <Age query={query} />
      <Waiting query={query} what={`The ${what.toLowerCase()}`} />
      {isEmpty === true && <Notice icon={none.icon} title={none.title} />}
      {isEmpty === false && (
        <Scroll label={`${what}, one by one`}>
          <table className={table.table}>
            <thead>{head}</thead>
            <tbody>{children}</tbody>
          </table>
        </Scroll>
      )}
      {list && <More list={list} />}
    </section>
  );
}
