// What went out about alerts: what arrived, what is tried again, what was given up and can be sent once more.
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { AlertPages } from "../components/AlertPages";
import { DeliveryRows } from "../components/DeliveryRows";
import { ForOperators } from "../components/ForOperators";
import { More } from "../components/More";
import { Notice } from "../components/Notice";
import { Age, Waiting } from "../components/State";
import { type DeliveryState, useDeliveries } from "../data/channels";
import { useMe } from "../data/queries";
import { operatesAll } from "../data/rights";
import css from "./DeliveriesPage.module.css";
import page from "./ListPage.module.css";

const STATES = [
  { value: "", label: "All" },
  { value: "queued", label: "Waiting" },
  { value: "failed", label: "Failing" },
  { value: "dead", label: "Given up" },
];

export function DeliveriesPage() {
  const isFor = operatesAll(useMe().data);
  const [state, setState] = useState("");
  const deliveries = useDeliveries({ state: (state || null) as DeliveryState | null }, isFor);
  if (!isFor) return <ForOperators>It shows which messages about alerts went out.</ForOperators>;
  return (
    <div className={page.page}>
      <AlertPages />
      <SegmentedControl
        className={css.state}
        size="xs"
        aria-label="Which"
        value={state}
        onChange={setState}
        data={STATES}
      />
      <section className="panel" aria-label="Deliveries">
        <Age query={deliveries} />
        <Waiting query={deliveries} what="The deliveries" />
        {deliveries.items?.length === 0 && (
          <Notice icon="send" title={state === "" ? "Nothing has been sent yet" : "None of these"}>
            Each message about an alert to a channel stands here, with what became of it.
          </Notice>
        )}
        <DeliveryRows deliveries={deliveries.items ?? []} mayControl />
        <More list={deliveries} />
      </section>
    </div>
  );
}
