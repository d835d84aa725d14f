// One charge point: who it is, what its connectors do, what was measured, its sessions and commands.
import { useState } from "react";
import { AlertsCard } from "../components/AlertsCard";
import { AskDialog } from "../components/AskDialog";
import { ChargePointHeader } from "../components/ChargePointHeader";
import { ChargePointMissing } from "../components/ChargePointMissing";
import { ChartsPanel } from "../components/ChartsPanel";
import { CloseDialog } from "../components/CloseDialog";
import { CommandsPanel } from "../components/CommandsPanel";
import { ConnectorCard } from "../components/ConnectorCard";
import { GiveUpDialog } from "../components/GiveUpDialog";
import { Notice } from "../components/Notice";
import { RefusedLately } from "../components/RefusedLately";
import { ReserveDialog } from "../components/ReserveDialog";
import { SessionsPanel } from "../components/SessionsPanel";
import { StartDialog } from "../components/StartDialog";
import { StopDialog } from "../components/StopDialog";
import { isOpen } from "../data/merge";
import { useChargePoint, useCommandsOf, useMe, useSessionsOf } from "../data/queries";
import { betweenSessions, POWER, readingsOf, wholeOrPhases } from "../data/readings";
import { type Reservation, useReservationsOf } from "../data/reservations";
import type { SeriesStore } from "../data/series";
import type { Session } from "../data/shapes";
import { plugsOf } from "../data/status";
import { useChargePointNews, useSeries } from "../live/chargePoint";
import { useReservationNews } from "../live/reservations";
import css from "./ChargePointPage.module.css";

type Dialog =
  | { kind: "start"; connector: number }
  | { kind: "stop"; session: Session }
  | { kind: "close"; session: Session }
  | { kind: "reserve"; connector: number }
  | { kind: "giveUp"; reservation: Reservation }
  | { kind: "ask" }
  | null;

export function ChargePointPage({ identifier }: { identifier: string }) {
  const [windowSeconds, setWindow] = useState(900);
  const [picked, setPicked] = useState<number | null>(null);
  const [dialog, setDialog] = useState<Dialog>(null);
  const me = useMe();
  const chargePoint = useChargePoint(identifier);
  const exists = chargePoint.data !== undefined;
  useChargePointNews(identifier, exists);
  const store = useSeries(identifier, exists, chargePoint.data?.connected ?? false, windowSeconds);
  const sessions = useSessionsOf(identifier);
  const commands = useCommandsOf(identifier);
  useReservationNews(identifier, exists);
  const reservations = useReservationsOf(identifier, exists);

  const known = chargePoint.data;
  const mayControl = me.data?.role !== "viewer";
  const mayAdopt = me.data !== undefined && mayControl;
  if (!known) {
    return (
      <>
        <ChargePointMissing identifier={identifier} error={chargePoint.error} />
        <RefusedLately identifier={identifier} enabled={mayAdopt && chargePoint.error !== null} />
      </>
    );
  }

  const running = (sessions.data ?? []).filter(isOpen);
  const sessionOn = (connector: number) =>
    running.find((session) => session.connector_id === connector) ?? null;
  const plugs = plugsOf(known);
  const measured = store.all().map((series) => series.connector_id);
  const ids = [...new Set([...plugs.map((c) => c.connector_id), ...measured])].sort((a, b) => a - b);
  const connector = picked ?? running[0]?.connector_id ?? plugs[0]?.connector_id ?? ids[0] ?? 1;
  // Chosen once: a session that begins on another connector must not take the charts away from whom looks at them.
  if (picked === null && sessions.data) setPicked(connector);

  return (
    <div className={css.page}>
      <ChargePointHeader chargePoint={known} page="now" />
      <AlertsCard chargePoint={known.identifier} />
      <RefusedLately identifier={known.identifier} enabled={mayAdopt && !known.connected} />
      {plugs.length === 0 && (
        <section className="panel">
          <Notice icon="plug" title="No connector has reported yet">
            They appear with their first status.
          </Notice>
        </section>
      )}
      <div className={css.connectors} data-many={plugs.length > 1 || undefined}>
        {plugs.map((each) => {
          const session = sessionOn(each.connector_id);
          const last = sessions.data?.find((one) => one.connector_id === each.connector_id) ?? null;
          const readings = readingsOf(store, each.connector_id);
          return (
            <ConnectorCard
              key={each.connector_id}
              connector={each}
              session={session}
              last={last}
              reservations={(reservations.data ?? []).filter(({ connector_id }) =>
                [0, each.connector_id].includes(connector_id),
              )}
              readings={session ? readings : betweenSessions(readings, last)}
              peak={peakPower(store, each.connector_id)}
              connected={known.connected}
              mayControl={mayControl}
              onStart={() => setDialog({ kind: "start", connector: each.connector_id })}
              onStop={() => session && setDialog({ kind: "stop", session })}
              onReserve={() => setDialog({ kind: "reserve", connector: each.connector_id })}
              onGiveUp={(reservation) => setDialog({ kind: "giveUp", reservation })}
            />
          );
        })}
      </div>
      <ChartsPanel
        store={store}
        connectors={ids}
        connector={connector}
        onConnector={setPicked}
        session={sessionOn(connector)}
        windowSeconds={windowSeconds}
        onWindow={setWindow}
      />
      <div className={css.columns}>
        <SessionsPanel
          identifier={identifier}
          sessions={sessions.data}
          mayControl={mayControl}
          onClose={(session) => setDialog({ kind: "close", session })}
        />
        <CommandsPanel
          commands={commands.data}
          mayControl={mayControl}
          onAsk={() => setDialog({ kind: "ask" })}
        />
      </div>
      {dialog?.kind === "ask" && (
        <AskDialog
          identifier={identifier}
          version={known.ocpp_version}
          connected={known.connected}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.kind === "close" && (
        <CloseDialog identifier={identifier} session={dialog.session} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === "start" && (
        <StartDialog
          identifier={identifier}
          connectors={plugs}
          connector={dialog.connector}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.kind === "reserve" && (
        <ReserveDialog
          chargePoint={identifier}
          connector={dialog.connector}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog?.kind === "giveUp" && (
        <GiveUpDialog reservation={dialog.reservation} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === "stop" && (
        <StopDialog identifier={identifier} session={dialog.session} onClose={() => setDialog(null)} />
      )}
    </div>
  );
}

const peakPower = (store: SeriesStore, connector: number): number =>
  wholeOrPhases(store.find(connector, POWER)).reduce(
    (sum, s) => sum + s.values.reduce((a, b) => Math.max(a, b), 0),
    0,
  );
