// The six totals of the fleet.
import { useEnergyToday } from "../data/energyQueries";
import { reckonedOf } from "../data/fleetEnergy";
import type { Stats } from "../data/shapes";
import { energy, inWords, plain } from "../units";
import { StatCard } from "./StatCard";
import css from "./Totals.module.css";

const share = (part: number | undefined, whole: number | undefined) =>
  part === undefined || !whole ? undefined : `${Math.round((100 * part) / whole)} % of all`;

export function Totals({ stats }: { stats: Stats | undefined }) {
  const count = (value: number | undefined) => plain(value, "", 0);
  const all = stats?.total_charge_points;
  const reckoned = reckonedOf(useEnergyToday().today.data);
  const today = stats ? stats.total_energy_today * 1000 : undefined;
  return (
    <section className={css.totals} aria-label="Totals">
      <StatCard label="Charge points" icon="station" quantity={count(all)} note="registered" />
      <StatCard
        label="Connected"
        icon="online"
        tone="good"
        quantity={count(stats?.connected)}
        note={share(stats?.connected, all)}
      />
      <StatCard
        label="Available"
        icon="available"
        tone="good"
        quantity={count(stats?.available)}
        note={share(stats?.available, all)}
      />
      <StatCard
        label="Charging"
        icon="bolt"
        tone="busy"
        quantity={count(stats?.charging)}
        note={share(stats?.charging, all)}
      />
      <StatCard
        label="Active sessions"
        icon="plug"
        tone="busy"
        quantity={count(stats?.active_sessions)}
        note="right now"
      />
      <StatCard
        label="Energy today"
        icon="sun"
        tone="accent"
        quantity={energy(today)}
        note={reckoned > 0 ? `${inWords(energy(reckoned))} of it reckoned` : "since midnight"}
        hint={
          reckoned > 0
            ? "Since midnight. Reckoned: from power over time, where a session has no meter"
            : undefined
        }
      />
    </section>
  );
}
