// Every charge point, ten thousand of them too: searched, filtered, kept as views, and asked many at a time.
import { Button } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useCallback, useMemo, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { BulkDialog } from "../components/BulkDialog";
import { ChargePointRows, type Picking } from "../components/ChargePointRows";
import { CsvLink } from "../components/CsvLink";
import filters from "../components/Filters.module.css";
import { Icon } from "../components/icons";
import { ListFilters } from "../components/ListFilters";
import { Notice } from "../components/Notice";
import { SavedViews } from "../components/SavedViews";
import { Age, Waiting } from "../components/State";
import { fileOf } from "../data/api";
import { fitting, type ListAsked, listAskedOf, listParamsOf } from "../data/listViews";
import { runningByChargePoint } from "../data/merge";
import { MOST_CHARGE_POINTS, useChargePoints, useMe, useRunningSessions, useStats } from "../data/queries";
import { mayControl } from "../data/rights";
import type { Row } from "../data/rows";
import { useFleetNews } from "../live/fleet";
import { fixed } from "../units";
import own from "./ChargePointsPage.module.css";
import css from "./ListPage.module.css";

export function ChargePointsPage() {
  useFleetNews();
  const me = useMe().data;
  const stats = useStats().data;
  const list = useChargePoints();
  const sessions = useRunningSessions();
  const [params, setParams] = useSearchParams();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const narrow = useMediaQuery("(max-width: 56em)", undefined, { getInitialValueInEffect: false });
  useHotkeys([["/", () => field.current?.focus()]]);

  const query = params.toString();
  const asked = useMemo(() => listAskedOf(new URLSearchParams(query)), [query]);
  const change = (part: Partial<ListAsked>) =>
    setParams(listParamsOf({ ...asked, ...part }), { replace: true });
  const running = useMemo(() => runningByChargePoint(sessions.data ?? []), [sessions.data]);
  const rows = useMemo(
    () =>
      (list.data ?? []).map(
        (chargePoint): Row => ({ chargePoint, running: running.get(chargePoint.identifier) }),
      ),
    [list.data, running],
  );
  const shown = useMemo(() => fitting(rows, asked), [rows, asked]);
  // What a filter has taken out of sight is not asked anything.
  const chosen = useMemo(
    () => shown.filter(({ chargePoint }) => picked.has(chargePoint.identifier)),
    [shown, picked],
  );
  const onPick = useCallback(
    (identifier: string, isPicked: boolean) =>
      setPicked((before) => {
        const after = new Set(before);
        if (isPicked) after.add(identifier);
        else after.delete(identifier);
        return after;
      }),
    [],
  );
  const picking: Picking = {
    picked,
    onPick,
    onPickAll: (all) => setPicked(new Set(all ? shown.map(({ chargePoint }) => chargePoint.identifier) : [])),
  };
  const total = Math.max(stats?.total_charge_points ?? 0, rows.length);
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>Charge points</h1>
        <span className="muted tabular" role="status">
          {list.data &&
            (shown.length === total ? fixed(total, 0) : `${fixed(shown.length, 0)} of ${fixed(total, 0)}`)}
        </span>
        <span className="push">
          <CsvLink href={fileOf("charge-points", {})} />
        </span>
      </div>
      <fieldset className={filters.filters} aria-label="Show">
        <ListFilters rows={rows} asked={asked} onChange={change} field={field} />
        <SavedViews
          query={new URLSearchParams(listParamsOf(asked)).toString()}
          onShow={(view) => setParams(new URLSearchParams(view), { replace: true })}
        />
      </fieldset>
      {chosen.length > 0 && (
        <section className={own.picked} aria-label="Picked">
          <span>{fixed(chosen.length, 0)} picked</span>
          <Button size="xs" leftSection={<Icon name="send" size={14} />} onClick={() => setAsking(true)}>
            Ask them
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => setPicked(new Set())}>
            Pick none
          </Button>
        </section>
      )}
      <section className="panel" aria-label="Charge points">
        <Age query={list} />
        <Waiting query={list} what="The charge points" rows={8} />
        {list.data && shown.length === 0 && (
          <Notice
            icon={rows.length ? "search" : "station"}
            title={rows.length ? "Nothing matches" : "None yet"}
          >
            {rows.length ? "No charge point fits these filters." : "They appear when they first connect."}
          </Notice>
        )}
        {rows.length >= MOST_CHARGE_POINTS && total > rows.length && (
          <p className={own.cut} role="note">
            Only the first {fixed(rows.length, 0)} of {fixed(total, 0)} are listed and searched here.
          </p>
        )}
        {shown.length > 0 && (
          <ChargePointRows rows={shown} narrow={narrow ?? false} {...(mayControl(me) && { picking })} />
        )}
      </section>
      {asking && (
        <BulkDialog
          chargePoints={chosen.map(({ chargePoint }) => chargePoint)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
