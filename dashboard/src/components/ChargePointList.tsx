// Every charge point, searchable, sortable, moving by itself; only the rows in sight are drawn.
import { Skeleton, TextInput, UnstyledButton } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useMemo, useRef, useState } from "react";
import type { Running } from "../data/merge";
import { MOST_CHARGE_POINTS } from "../data/queries";
import { countsOf, FILTERS, type Filter, left, type Row } from "../data/rows";
import type { ChargePoint } from "../data/shapes";
import { fixed } from "../units";
import css from "./ChargePointList.module.css";
import { ChargePointRows } from "./ChargePointRows";
import { Icon } from "./icons";
import { Notice } from "./Notice";

interface Props {
  chargePoints: ChargePoint[] | undefined;
  /** How many there are in all. */
  total: number | undefined;
  error: Error | null;
  running: Map<string, Running>;
}

export function ChargePointList({ chargePoints, total = 0, error, running }: Props) {
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("All");
  const field = useRef<HTMLInputElement>(null);
  const narrow = useMediaQuery("(max-width: 56em)", undefined, { getInitialValueInEffect: false });
  useHotkeys([["/", () => field.current?.focus()]]);

  const rows = useMemo(
    () =>
      (chargePoints ?? []).map(
        (chargePoint): Row => ({ chargePoint, running: running.get(chargePoint.identifier) }),
      ),
    [chargePoints, running],
  );
  const counts = useMemo(() => countsOf(rows), [rows]);
  const shown = useMemo(() => left(rows, search, filter), [rows, search, filter]);

  return (
    <section className="panel" aria-label="Charge points">
      <div className="panel-head">
        <h2 className="panel-title">Charge points</h2>
        <fieldset className={css.filters} aria-label="Show">
          {FILTERS.map((name) => (
            <UnstyledButton
              key={name}
              className={css.filter}
              aria-pressed={filter === name}
              onClick={() => setFilter(name)}
            >
              {name} <span className={css.count}>{counts[name]}</span>
            </UnstyledButton>
          ))}
        </fieldset>
        <TextInput
          ref={field}
          className={css.search}
          aria-label="Search charge points"
          placeholder="Search"
          type="search"
          leftSection={<Icon name="search" />}
          rightSection={!search && <kbd className={css.key}>/</kbd>}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            setSearch("");
            event.currentTarget.blur();
          }}
        />
      </div>
      {!chargePoints && !error && <Waiting />}
      {!chargePoints && error && (
        <Notice icon="offline" title="The charge points could not be read">
          {error.message}. It is tried again by itself.
        </Notice>
      )}
      {chargePoints?.length === 0 && (
        <Notice icon="station" title="No charge point has connected yet">
          Point one at <span className="mono">{exampleAddress()}</span>
        </Notice>
      )}
      {rows.length > 0 && shown.length === 0 && (
        <Notice icon="search" title="Nothing matches">
          No charge point {filter === "All" ? "" : `under “${filter}” `}fits{" "}
          {search ? `“${search}”` : "this filter"}.
        </Notice>
      )}
      {rows.length >= MOST_CHARGE_POINTS && total > rows.length && (
        <p className={css.cut} role="note">
          Only the first {fixed(rows.length, 0)} of {fixed(total, 0)} charge points are listed and searched
          here. The others have their pages too: put the identifier at the end of the address,
          /charge-points/….
        </p>
      )}
      {shown.length > 0 && <ChargePointRows rows={shown} narrow={narrow ?? false} />}
    </section>
  );
}

function Waiting() {
  return (
    <div className={css.waiting} aria-busy>
      {[0, 1, 2, 3, 4].map((index) => (
        <Skeleton key={index} height={38} />
      ))}
    </div>
  );
}

function exampleAddress(): string {
  const { protocol, host } = window.location;
  const path = new URL("ocpp/", document.baseURI).pathname;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}${path}<identifier>`;
}
