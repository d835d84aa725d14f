// What one charge point has measured: energy in bars, any measurand over time, figures of each series, values in doubt.
import { ChargePointHeader } from "../components/ChargePointHeader";
import { ChargePointMissing } from "../components/ChargePointMissing";
import { DoubtedPanel } from "../components/DoubtedPanel";
import { EnergyHistory } from "../components/EnergyHistory";
import { MeasurandHistory } from "../components/MeasurandHistory";
import { StatisticsPanel } from "../components/StatisticsPanel";
import { type Doubted, useDoubted } from "../data/doubted";
import { useChargePoint, useMe } from "../data/queries";
import { useShownZone } from "../data/times";
import { useChargePointNews } from "../live/chargePoint";
import css from "./ChargePointPage.module.css";

const NONE: Doubted = { values: [], changes: [] };

export function HistoryPage({ identifier }: { identifier: string }) {
  const me = useMe();
  const doubted = useDoubted(identifier);
  const chargePoint = useChargePoint(identifier);
  useChargePointNews(identifier, chargePoint.data !== undefined);
  const shown = useShownZone();
  const known = chargePoint.data;
  if (!known) return <ChargePointMissing identifier={identifier} error={chargePoint.error} />;
  // Its days are its own, whatever is chosen.
  const zone = known.time_zone ?? me.data?.time_zone ?? "UTC";
  return (
    <div className={css.page}>
      <ChargePointHeader chargePoint={known} page="history" />
      <EnergyHistory identifier={identifier} zone={zone} />
      <MeasurandHistory identifier={identifier} zone={shown} doubted={(doubted.data ?? NONE).values} />
      <DoubtedPanel
        identifier={identifier}
        doubted={doubted.data ?? NONE}
        zone={shown}
        mayControl={me.data?.role !== "viewer"}
      />
      <StatisticsPanel identifier={identifier} />
    </div>
  );
}
