// What is known of a session: its figures large, then where its energy comes from, how it ended, what is odd about it.
import type { ReactNode } from "react";
import { Link } from "wouter";
import { isOpen } from "../data/merge";
import type { Session } from "../data/shapes";
import { apart, endReason, flagSentence, isReckoned, sessionFlag, sourceSentence } from "../data/words";
import { inZone } from "../data/zones";
import { useNow } from "../live/now";
import { duration, energy, fixed, inWords, NOTHING, plain, power } from "../units";
import { Icon } from "./icons";
import { Metric } from "./Metric";
import css from "./SessionFacts.module.css";

const MOMENT: Intl.DateTimeFormatOptions = {
  ...{ day: "numeric", month: "short", year: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** With its three decimals: what an invoice is checked against. */
const register = (wh: number | null) => (wh === null ? NOTHING : `${fixed(wh / 1000, 3)}\u00a0kWh`);

export function SessionFacts({ session, zone }: { session: Session; zone: string }) {
  const now = useNow();
  const open = isOpen(session);
  const at = (moment: string | null) => (moment ? inZone(Date.parse(moment), zone, MOMENT) : NOTHING);
  const seconds = open ? (now - Date.parse(session.started_at)) / 1000 : session.duration_s;
  const { energy_source: source, energy_export_wh: exported } = session;
  const hours = (seconds ?? 0) / 3600;
  const mean = session.energy_wh !== null && hours > 0.01 ? session.energy_wh / hours : null;
  const facts: [string, ReactNode][] = [
    [
      "Charge point",
      <Link key="it" href={`/charge-points/${encodeURIComponent(session.charge_point)}`} className={css.link}>
        {session.charge_point}
      </Link>,
    ],
    ["Connector", session.connector_id],
    [
      "Tag",
      <span key="it" className="mono">
        {session.id_tag ?? NOTHING}
      </span>,
    ],
    [
      "Transaction",
      <span key="it" className="mono">
        {session.transaction_id ?? NOTHING}
      </span>,
    ],
    ["Started", at(session.started_at)],
    ["Stopped", open ? "still running" : at(session.stopped_at)],
    ["Meter at start", register(session.start_meter_wh)],
    ["Meter at stop", open ? NOTHING : register(session.stop_meter_wh)],
    ["Energy from", source ? sourceSentence(source) : NOTHING],
    ...(exported ? ([["Given back", inWords(energy(exported))]] as [string, string][]) : []),
    ...(open
      ? []
      : ([
          ["Reason of stop", session.stop_reason ? apart(session.stop_reason) : NOTHING],
          ["Ended by", session.end_reason ? endReason(session.end_reason) : NOTHING],
        ] as [string, string][])),
    ...(session.closed_by ? ([["Closed by", session.closed_by]] as [string, string][]) : []),
    ...(session.note ? ([["Note", session.note]] as [string, string][]) : []),
  ];
  return (
    <section className="panel" aria-label="Figures">
      <div className={css.figures}>
        <Metric
          label={`${open ? "Energy so far" : "Energy"}${isReckoned(source) ? ", reckoned" : ""}`}
          quantity={energy(session.energy_wh)}
        />
        <Metric label="Duration" quantity={{ value: duration(seconds), unit: "" }} />
        {open ? (
          <Metric label="Power" quantity={power(session.power_w)} />
        ) : (
          <Metric label="Mean power" quantity={power(mean)} />
        )}
        {session.soc !== null && (
          <Metric
            label={open ? "State of charge" : "State of charge at its end"}
            quantity={plain(session.soc, "%", 0)}
            share={session.soc / 100}
          />
        )}
      </div>
      {session.flags.length > 0 && (
        <ul className={css.flags} aria-label="Flags">
          {session.flags.map((flag) => (
            <li key={flag}>
              <Icon name="warning" size={15} />
              <span>
                <b>{sessionFlag(flag)}</b> {flagSentence(flag)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
