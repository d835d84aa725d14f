// The rows of the list: a table on a desk, cards on a telephone; sorted by a click on a heading. Not a <table>, because rows
// that are placed one by one, only those in sight, cannot be table rows; the roles say what they are.
import { Checkbox, UnstyledButton } from "@mantine/core";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useLayoutEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Row } from "../data/rows";
import { plugsOf } from "../data/status";
import { useNow } from "../live/now";
import { age, energy, inWords, milliseconds, power } from "../units";
import css from "./ChargePointRows.module.css";
import { Icon } from "./icons";
import { ConnectedMark, StatusBadge } from "./StatusBadge";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});
const column = createColumnHelper<typeof features, Row>();
const columns = column.columns([
  column.accessor((row) => row.chargePoint.identifier, { id: "Charge point", sortFn: "alphanumeric" }),
  column.accessor((row) => (row.chargePoint.connected ? 1 : 0), { id: "Connection", sortFn: "basic" }),
  column.accessor((row) => row.chargePoint.summary_status ?? "", { id: "Connectors", sortFn: "basic" }),
  column.accessor((row) => row.running?.energy_wh ?? -1, { id: "Session energy", sortFn: "basic" }),
  column.accessor((row) => row.running?.power_w ?? -1, { id: "Power", sortFn: "basic" }),
  column.accessor((row) => milliseconds(row.chargePoint.last_seen_at) ?? 0, {
    id: "Last seen",
    sortFn: "basic",
  }),
]);

const RIGHT = new Set(["Session energy", "Power", "Last seen"]);
const rowId = (row: Row) => row.chargePoint.identifier;

/** Rows that are picked, to do something with all of them. */
export interface Picking {
  picked: ReadonlySet<string>;
  onPick: (identifier: string, isPicked: boolean) => void;
  /** All that are shown, or none of them. */
  onPickAll: (arePicked: boolean) => void;
}

interface Props {
  rows: Row[];
  narrow: boolean;
  picking?: Picking;
}

export function ChargePointRows({ rows, narrow, picking }: Props) {
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: rowId,
    initialState: { sorting: [{ id: "Charge point", desc: false }] },
    enableSortingRemoval: false,
  });
  const sorted = table.getRowModel().rows;

  const body = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    // Where the list begins on the page moves when what is above it grows; the virtualizer must know.
    const top = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    setOffset((before) => (Math.abs(before - top) > 1 ? top : before));
  });
  const virtual = useWindowVirtualizer({
    count: sorted.length,
    estimateSize: () => (narrow ? 104 : 61),
    overscan: 8,
    scrollMargin: offset,
    getItemKey: (index) => sorted[index]?.id ?? index,
  });

  return (
    <div
      role="table"
      aria-rowcount={sorted.length}
      className={narrow ? css.cards : css.table}
      data-picking={picking && true}
    >
      {!narrow && (
        <div role="row" className={css.head}>
          {picking && (
            <div role="columnheader">
              <PickAll rows={rows} {...picking} />
            </div>
          )}
          {table.getHeaderGroups()[0]?.headers.map(({ id, column }) => (
            <div
              role="columnheader"
              key={id}
              data-right={RIGHT.has(id) || undefined}
              aria-sort={
                column.getIsSorted() ? (column.getIsSorted() === "asc" ? "ascending" : "descending") : "none"
              }
            >
              <UnstyledButton className={css.heading} onClick={column.getToggleSortingHandler()}>
                {id}
                <span className={css.arrow} data-on={Boolean(column.getIsSorted())}>
                  <Icon name={column.getIsSorted() === "desc" ? "down" : "up"} size={14} />
                </span>
              </UnstyledButton>
            </div>
          ))}
        </div>
      )}
      <div ref={body} role="rowgroup" style={{ position: "relative", height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = sorted[item.index];
          if (!row) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="row"
              className={css.row}
              style={{ transform: `translateY(${item.start - offset}px)` }}
            >
              {picking && (
                <div role="cell" className={css.pick}>
                  <Checkbox
                    size="xs"
                    aria-label={`Pick ${row.id}`}
                    checked={picking.picked.has(row.id)}
                    onChange={(event) => picking.onPick(row.id, event.currentTarget.checked)}
                  />
                </div>
              )}
              <Cells {...row.original} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function PickAll({ rows, picked, onPickAll }: { rows: Row[] } & Picking) {
  const count = rows.reduce((sum, row) => sum + (picked.has(rowId(row)) ? 1 : 0), 0);
  return (
    <Checkbox
      size="xs"
      aria-label="Pick all that are shown"
      checked={count > 0 && count === rows.length}
      indeterminate={count > 0 && count < rows.length}
      onChange={(event) => onPickAll(event.currentTarget.checked)}
    />
  );
}

const Cells = memo(function Cells({ chargePoint, running }: Row) {
  const { identifier, vendor, model, connected, summary_status, last_seen_at } = chargePoint;
  const connectors = plugsOf(chargePoint);
  const what = [vendor, model].filter(Boolean).join(" ");
  return (
    <>
      <div role="cell" className={css.who}>
        <Link href={`/charge-points/${encodeURIComponent(identifier)}`} className={css.link}>
          {identifier}
        </Link>
        <span className={css.what}>{what || "\u00a0"}</span>
      </div>
      <div role="cell" className={css.connection}>
        <ConnectedMark connected={connected} />
      </div>
      <div role="cell" className={css.badges}>
        {connectors.length === 0 && <StatusBadge status={summary_status ?? null} stale={!connected} />}
        {connectors.map(({ connector_id, status, error_code }) => (
          <StatusBadge
            key={connector_id}
            status={status}
            stale={!connected}
            {...(connectors.length > 1 && { connector: connector_id })}
            {...(error_code && error_code !== "NoError" && { title: error_code })}
          />
        ))}
      </div>
      <div role="cell" className={css.figure} data-what="energy" data-quiet={!running}>
        {inWords(energy(running?.energy_wh))}
      </div>
      <div role="cell" className={css.figure} data-what="power" data-quiet={!running}>
        {inWords(power(running?.power_w))}
      </div>
      <div role="cell" className={css.seen}>
        <Seen at={last_seen_at} />
      </div>
    </>
  );
});

function Seen({ at }: { at: string | null }) {
  const now = useNow();
  return <>{age(at, now)}</>;
}
