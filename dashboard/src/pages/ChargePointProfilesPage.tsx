// The charging profiles of one charge point: what it holds, and what limits it from now on.
import { ChargePointHeader } from "../components/ChargePointHeader";
import { ChargePointMissing } from "../components/ChargePointMissing";
import { InstalledPanel } from "../components/InstalledPanel";
import { SchedulePanel } from "../components/SchedulePanel";
import { useInstalledProfiles, useKeptProfiles } from "../data/profileQueries";
import { useChargePoint, useCommandsOf, useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { plugsOf } from "../data/status";
import { useChargePointNews } from "../live/chargePoint";
import css from "./ChargePointPage.module.css";

export function ChargePointProfilesPage({ identifier }: { identifier: string }) {
  const me = useMe().data;
  const chargePoint = useChargePoint(identifier);
  useChargePointNews(identifier, chargePoint.data !== undefined);
  const held = useInstalledProfiles(identifier, useCommandsOf(identifier).data).data;
  const kept = useKeptProfiles().data ?? [];
  const known = chargePoint.data;
  if (!known) return <ChargePointMissing identifier={identifier} error={chargePoint.error} />;
  const { connected } = known;
  const common = { identifier, connected, held, mayControl: mayControl(me) };
  return (
    <div className={css.page}>
      <ChargePointHeader chargePoint={known} page="profiles" />
      <InstalledPanel {...common} kept={kept} />
      <SchedulePanel {...common} connectors={plugsOf(known).map(({ connector_id }) => connector_id)} />
    </div>
  );
}
