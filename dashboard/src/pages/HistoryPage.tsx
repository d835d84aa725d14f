// What one charge point has measured: energy in bars, any measurand over time, figures of each series, values in doubt.
import { ChargePointHeader } from "../components/ChargePointHeader";
import { ChargePointMissing } from "../components/ChargePointMissing";
import { MeasurandHistory } from "../components/MeasurandHistory";
import { StatisticsPanel } from "../components/StatisticsPanel";
import { useChargePoint } from "../data/queries";
import { useChargePointNews } from "../live/chargePoint";
import css from "./ChargePointPage.module.css";

const VIEWERS_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function HistoryPage({ identifier }: { identifier: string }) {
  const chargePoint = useChargePoint(identifier);
  useChargePointNews(identifier, chargePoint.data !== undefined);
  const known = chargePoint.data;
  if (!known) return <ChargePointMissing identifier={identifier} error={chargePoint.error} />;
  const zone = known.time_zone ?? VIEWERS_ZONE;
  return (
    <div className={css.page}>
      <ChargePointHeader chargePoint={known} page="history" />
      <MeasurandHistory identifier={identifier} zone={zone} doubted={[]} />
      <StatisticsPanel identifier={identifier} />
    </div>
  );
}
