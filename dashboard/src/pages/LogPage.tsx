// What one looks at when a charge point gives trouble: its frames, connections, statuses, findings.
import { ChargePointHeader } from "../components/ChargePointHeader";
import { ChargePointMissing } from "../components/ChargePointMissing";
import { FrameLog } from "../components/FrameLog";
import { ConnectionsPanel, FindingsPanel, StatusesPanel } from "../components/TroublePanels";
import { useChargePoint, useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { useChargePointNews } from "../live/chargePoint";
import css from "./ChargePointPage.module.css";

export function LogPage({ identifier }: { identifier: string }) {
  const me = useMe().data;
  const chargePoint = useChargePoint(identifier);
  useChargePointNews(identifier, chargePoint.data !== undefined);
  const known = chargePoint.data;
  if (!known) return <ChargePointMissing identifier={identifier} error={chargePoint.error} />;
  return (
    <div className={css.page}>
      <ChargePointHeader chargePoint={known} page="log" />
      {mayControl(me) && <FrameLog identifier={identifier} />}
      <ConnectionsPanel identifier={identifier} />
      <StatusesPanel identifier={identifier} />
      <FindingsPanel identifier={identifier} />
    </div>
  );
}
