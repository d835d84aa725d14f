// How grave an alert is, and how it stands: icon, word and colour, never colour alone.
import { type Alert, SEVERITY_NAMES, type Severity } from "../data/alerts";
import css from "./AlertMark.module.css";
import { Icon, type IconName } from "./icons";
import badge from "./StatusBadge.module.css";

const ICONS: Record<Severity, IconName> = { critical: "fault", warning: "warning", info: "info" };

export function SeverityMark({ severity, bare }: { severity: Severity; bare?: boolean }) {
  return (
    <span className={css.severity} data-severity={severity} title={SEVERITY_NAMES[severity]}>
      <Icon name={ICONS[severity]} size={bare ? 18 : 15} />
      {bare ? <span className={css.unseen}>{SEVERITY_NAMES[severity]}</span> : SEVERITY_NAMES[severity]}
    </span>
  );
}

interface Look {
  word: string;
  icon: IconName;
  tone: "bad" | "wait" | "good" | "busy" | "off";
}

/** The state, and what lies over it, each in a word. */
export function standing(alert: Alert): Look[] {
  const looks: Look[] = [STATES[alert.state]];
  if (alert.lacks_data) looks.push({ word: "No data", icon: "offline", tone: "off" });
  if (alert.silenced) looks.push({ word: "Silenced", icon: "bellOff", tone: "off" });
  if (alert.hidden_by !== null)
    looks.push({ word: `Part of #${alert.hidden_by}`, icon: "unknown", tone: "off" });
  return looks;
}

const STATES: Record<Alert["state"], Look> = {
  pending: { word: "Pending", icon: "clock", tone: "wait" },
  firing: { word: "Firing", icon: "bell", tone: "bad" },
  acknowledged: { word: "Acknowledged", icon: "hand", tone: "busy" },
  resolved: { word: "Resolved", icon: "check", tone: "good" },
};

export function AlertStanding({ alert }: { alert: Alert }) {
  return (
    <span className={css.standing}>
      {standing(alert).map(({ word, icon, tone }) => (
        <span key={word} className={badge.badge} data-tone={tone}>
          <Icon name={icon} size={13} /> {word}
        </span>
      ))}
    </span>
  );
}
