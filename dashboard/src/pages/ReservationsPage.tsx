// Who has which connector reserved, until when, and what the charge point said; operators reserve and give up here.
import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { ALL } from "wattdeck-client";
import { Link, useSearchParams } from "wouter";
import { ToneLine } from "../components/CommandLine";
import { CsvLink } from "../components/CsvLink";
import filters from "../components/Filters.module.css";
import { GiveUpDialog } from "../components/GiveUpDialog";
import { Icon } from "../components/icons";
import { More } from "../components/More";
import { Notice } from "../components/Notice";
import { ReserveDialog } from "../components/ReserveDialog";
import { Scroll } from "../components/Scroll";
import { Age, Waiting } from "../components/State";
import table from "../components/Table.module.css";
import { useChargePoints, useMe } from "../data/queries";
import {
  connectorName,
  isHeld,
  type Reservation,
  type ReservationsAsked,
  reservationInWords,
  reservationsAsked,
  reservationsFileOf,
  STATES,
  useReservations,
} from "../data/reservations";
import { mayControl } from "../data/rights";
import { useNow } from "../live/now";
import { useReservationNews } from "../live/reservations";
import { duration, moment } from "../units";
import css from "./ListPage.module.css";

type Asked = { kind: "reserve" } | { kind: "giveUp"; reservation: Reservation } | null;

export function ReservationsPage() {
  useReservationNews(ALL);
  const [params, setParams] = useSearchParams();
  const asked = reservationsAsked(params);
  const [dialog, setDialog] = useState<Asked>(null);
  const mayReserve = mayControl(useMe().data);
  const list = useReservations(asked);
  const { items } = list;
  const change = (part: Partial<ReservationsAsked>) =>
    setParams(
      Object.entries({ ...asked, ...part }).filter(([, value]) => value !== "") as [string, string][],
      { replace: true },
    );
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>Reservations</h1>
        <span className="push">
          <CsvLink href={reservationsFileOf(asked)} />
        </span>
        {mayReserve && (
          <Button
            size="xs"
            leftSection={<Icon name="reserve" />}
            onClick={() => setDialog({ kind: "reserve" })}
          >
            Reserve
          </Button>
        )}
      </div>
      <Filters asked={asked} onChange={change} />
      <section className="panel" aria-label="Reservations">
        <Age query={list} />
        <Waiting query={list} what="The reservations" />
        {items?.length === 0 && (
          <Notice
            icon="reserve"
            title={asked.state || asked.charge_point ? "Nothing matches" : "Nothing is reserved"}
          >
            A reservation keeps a connector free for one tag, or its group, until a time.
          </Notice>
        )}
        {items && items.length > 0 && (
          <Rows
            reservations={items}
            onGiveUp={mayReserve ? (reservation) => setDialog({ kind: "giveUp", reservation }) : null}
          />
        )}
        <More list={list} />
      </section>
      {dialog?.kind === "reserve" && <ReserveDialog onClose={() => setDialog(null)} />}
      {dialog?.kind === "giveUp" && (
        <GiveUpDialog reservation={dialog.reservation} onClose={() => setDialog(null)} />
      )}
    </div>
  );
}

interface FilterProps {
  asked: ReservationsAsked;
  onChange: (change: Partial<ReservationsAsked>) => void;
}

function Filters({ asked, onChange }: FilterProps) {
  const names = (useChargePoints().data ?? []).map(({ identifier }) => identifier);
  const { charge_point } = asked;
  return (
    <fieldset className={filters.filters} aria-label="Show">
      <Select
        size="xs"
        className={filters.field}
        aria-label="State"
        allowDeselect={false}
        data={STATES}
        value={asked.state || "open"}
        onChange={(state) => onChange({ state: state === "open" ? "" : (state ?? "") })}
      />
      <Select
        size="xs"
        className={filters.field}
        aria-label="Charge point"
        placeholder="Any charge point"
        clearable
        searchable
        limit={50}
        // One that has been taken away may still be asked for.
        data={charge_point && !names.includes(charge_point) ? [charge_point, ...names] : names}
        value={charge_point || null}
        onChange={(value) => onChange({ charge_point: value ?? "" })}
      />
    </fieldset>
  );
}

interface RowsProps {
  reservations: Reservation[];
  /** Null: who looks may not. */
  onGiveUp: ((reservation: Reservation) => void) | null;
}

function Rows({ reservations, onGiveUp }: RowsProps) {
  const now = useNow();
  return (
    <Scroll label="Reservations, one by one">
      <table className={table.table}>
        <thead>
          <tr>
            <th>Tag</th>
            <th>State</th>
            <th>Until</th>
            <th>Where</th>
            <th>Asked</th>
            {onGiveUp && <th aria-label="What to do" />}
          </tr>
        </thead>
        <tbody>
          {reservations.map((one) => (
            <tr key={one.id}>
              <td className="mono">{one.id_tag}</td>
              <td>
                {one.session_id ? (
                  <Link href={`/sessions/${one.session_id}`}>
                    <ToneLine {...reservationInWords(one)} />
                  </Link>
                ) : (
                  <ToneLine {...reservationInWords(one)} />
                )}
              </td>
              <td>
                {moment(one.expires_at, now)}
                {isHeld(one) && (
                  <span className="muted"> · {duration((Date.parse(one.expires_at) - now) / 1000)} left</span>
                )}
              </td>
              <td>
                <Link href={`/charge-points/${encodeURIComponent(one.charge_point)}`}>
                  {one.charge_point}
                </Link>
                <span className="muted">, {connectorName(one.connector_id)}</span>
              </td>
              <td className="muted">{moment(one.created_at, now)}</td>
              {onGiveUp && (
                <td data-right>
                  {isHeld(one) && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Give up the reservation of ${one.id_tag}`}
                      onClick={() => onGiveUp(one)}
                    >
                      Give up
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
