// What a connector measures at this moment, out of its series: the figures of its card and the lines of its charts.
import { type Latest, latest, type Series, type SeriesStore } from "./series";
import type { Session } from "./shapes";

export const POWER = "Power.Active.Import";
export const REGISTER = "Energy.Active.Import.Register";
export const VOLTAGE = "Voltage";
export const CURRENT = "Current.Import";
export const SOC = "SoC";
export const TEMPERATURE = "Temperature";

/** Where nothing flows they are zero, and a picture of them begins there. */
export const isFromZero = (measurand: string): boolean =>
  ["Power.", "Current.", SOC].some((start) => measurand.startsWith(start));

const PHASE_TO_NEUTRAL: Record<string, string> = { "L1-N": "L1", "L2-N": "L2", "L3-N": "L3" };

export const phaseName = (phase: string | null): string =>
  phase ? (PHASE_TO_NEUTRAL[phase] ?? phase) : "Total";

/** One series for the whole where there is one; else the phases, without neutral. */
export function wholeOrPhases(series: Series[]): Series[] {
  const whole = series.filter((s) => s.phase === null);
  return whole.length ? whole : series.filter((s) => s.phase !== "N");
}

/** The phases where there are any; else the one series there is. Phase to phase only when nothing else is measured. */
export function phasesOrWhole(series: Series[]): Series[] {
  const phases = series.filter((s) => s.phase !== null && s.phase !== "N" && !/^L\d-L\d$/.test(s.phase));
  if (phases.length) return phases;
  const whole = series.filter((s) => s.phase === null);
  return whole.length ? whole : series;
}

/** Values older than this much before the newest of their kind belong to another time (a phase no longer reported). */
const SAME_MOMENT_SECONDS = 120;

function together(series: Series[]): Latest[] {
  const all = series.map(latest).filter((l) => l !== null);
  const newest = Math.max(...all.map((l) => l.time));
  return all.filter((l) => newest - l.time <= SAME_MOMENT_SECONDS);
}

export function summed(series: Series[]): Latest | null {
  const parts = together(wholeOrPhases(series));
  if (parts.length === 0) return null;
  return { value: parts.reduce((sum, l) => sum + l.value, 0), time: Math.max(...parts.map((l) => l.time)) };
}

export interface PhaseReading {
  phase: string;
  value: number;
}

export function perPhase(series: Series[]): PhaseReading[] {
  return phasesOrWhole(series).flatMap((s) => {
    const last = latest(s);
    return last ? [{ phase: phaseName(s.phase), value: last.value }] : [];
  });
}

export interface Readings {
  power: Latest | null;
  register: Latest | null;
  voltage: PhaseReading[];
  current: PhaseReading[];
  soc: Latest | null;
  temperature: Latest | null;
  /** Seconds since the epoch of the newest of all. */
  takenAt: number | null;
}

export function readingsOf(store: SeriesStore, connectorId: number): Readings {
  const find = (measurand: string) => store.find(connectorId, measurand);
  return {
    power: summed(find(POWER)),
    register: summed(find(REGISTER)),
    voltage: perPhase(find(VOLTAGE)),
    current: perPhase(find(CURRENT)),
    soc: summed(find(SOC)),
    temperature: summed(find(TEMPERATURE)),
    takenAt: store.newest(connectorId),
  };
}

/** Between sessions only the meter still says something: the last power and current were the session's. */
export function betweenSessions(readings: Readings, last: Session | null): Readings {
  const end = last?.stopped_at ? Date.parse(last.stopped_at) / 1000 : null;
  if (end === null || readings.takenAt === null || readings.takenAt > end + SETTLING_SECONDS) return readings;
  return { ...readings, power: null, voltage: [], current: [], soc: null, temperature: null };
}

/** A session's last samples may carry a time a little after its stop. */
const SETTLING_SECONDS = 3;

/** Wh of a session: from the register when that is ahead of what the session last said of itself. */
export function sessionEnergy(session: Session, register: Latest | null): number | null {
  if (session.stopped_at || !register || session.start_meter_wh === null) return session.energy_wh;
  if (register.time < Date.parse(session.started_at) / 1000) return session.energy_wh;
  return Math.max(session.energy_wh ?? 0, register.value - session.start_meter_wh);
}

// What chargers are built for (W); a gauge ends at the next of these.
const RATINGS = [
  3700, 7400, 11_000, 22_000, 50_000, 75_000, 100_000, 150_000, 200_000, 300_000, 350_000, 500_000,
];

export function ratingAbove(watts: number): number {
  return RATINGS.find((rating) => watts <= rating * 1.03) ?? Math.ceil(watts / 500_000) * 500_000;
}
