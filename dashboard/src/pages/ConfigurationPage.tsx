// The configuration of one charge point, for operators: read from it and changed.
import { ChargePointHeader } from "../components/ChargePointHeader";
import { ChargePointMissing } from "../components/ChargePointMissing";
import { ConfigurationPanel } from "../components/ConfigurationPanel";
import { ForOperators } from "../components/ForOperators";
import { useChargePoint, useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { useChargePointNews } from "../live/chargePoint";
import css from "./ChargePointPage.module.css";

export function ConfigurationPage({ identifier }: { identifier: string }) {
  const me = useMe().data;
  const chargePoint = useChargePoint(identifier);
  useChargePointNews(identifier, chargePoint.data !== undefined);
  const known = chargePoint.data;
  if (!known) return <ChargePointMissing identifier={identifier} error={chargePoint.error} />;
  return (
    <div className={css.page}>
      <ChargePointHeader chargePoint={known} page="configuration" />
      {mayControl(me) ? (
        <ConfigurationPanel identifier={identifier} connected={known.connected} />
      ) : (
        <ForOperators>Reading a configuration asks the charge point.</ForOperators>
      )}
    </div>
  );
}
