// A status as icon, word and colour: never colour alone.
import { spoken } from "../data/status";
import { Icon, type IconName } from "./icons";
import css from "./StatusBadge.module.css";

type Tone = "good" | "busy" | "wait" | "bad" | "kept" | "off";

const LOOKS: Record<string, { icon: IconName; tone: Tone }> = {
  Available: { icon: "available", tone: "good" },
  Preparing: { icon: "plug", tone: "wait" },
  Charging: { icon: "bolt", tone: "busy" },
  SuspendedEV: { icon: "pause", tone: "wait" },
  SuspendedEVSE: { icon: "pause", tone: "wait" },
  Finishing: { icon: "finishing", tone: "wait" },
  Reserved: { icon: "lock", tone: "kept" },
  Unavailable: { icon: "off", tone: "off" },
  Faulted: { icon: "fault", tone: "bad" },
  Offline: { icon: "offline", tone: "off" },
};

const UNKNOWN = { icon: "unknown", tone: "off" } as const;

interface Props {
  status: string | null;
  /** Which connector it is about, where several stand side by side. */
  connector?: number;
  /** The last word of a charge point that is away is history: shown, but paler. */
  stale?: boolean;
  title?: string;
}

export function StatusBadge({ status, connector, stale, title }: Props) {
  const { icon, tone } = LOOKS[status ?? ""] ?? UNKNOWN;
  return (
    <span
      className={css.badge}
      data-tone={stale ? "off" : tone}
      data-stale={stale || undefined}
      title={title}
    >
      <Icon name={icon} size={13} />
      {connector !== undefined && <span className={css.connector}>{connector}</span>}
      {spoken(status)}
    </span>
  );
}

export function ConnectedMark({ connected }: { connected: boolean }) {
  return (
    <span className={css.connected} data-connected={connected}>
      <Icon name={connected ? "online" : "offline"} size={15} />
      {connected ? "Connected" : "Offline"}
    </span>
  );
}
