// The whole fleet at a glance: totals, where the power goes, and every charge point.
import { useMemo } from "react";
import { ActivityPanel } from "../components/ActivityPanel";
import { AlertsCard } from "../components/AlertsCard";
import { ChargePointList } from "../components/ChargePointList";
import { EnergyToday } from "../components/EnergyToday";
import { PowerNow } from "../components/PowerNow";
import { StatusDistribution } from "../components/StatusDistribution";
import { Totals } from "../components/Totals";
import { runningByChargePoint } from "../data/merge";
import { useChargePoints, useRunningSessions, useStats } from "../data/queries";
import { useFleetNews } from "../live/fleet";
import css from "./OverviewPage.module.css";

export function OverviewPage() {
  useFleetNews();
  const stats = useStats();
  const chargePoints = useChargePoints();
  const sessions = useRunningSessions();
  const running = useMemo(() => runningByChargePoint(sessions.data ?? []), [sessions.data]);
  return (
    <div className={css.page}>
      <h1 className={css.title}>Overview</h1>
      <Totals stats={stats.data} />
      <PowerNow running={running} />
      <StatusDistribution chargePoints={chargePoints.data} />
      <AlertsCard />
      <div className={css.columns}>
        <EnergyToday />
        <ActivityPanel />
      </div>
      <ChargePointList
        chargePoints={chargePoints.data}
        total={stats.data?.total_charge_points}
        error={chargePoints.error}
        running={running}
      />
    </div>
  );
}
