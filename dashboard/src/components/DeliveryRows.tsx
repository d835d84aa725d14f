// Messages about alerts one below the other: whether each arrived, why not, and sending it again.
import { Button } from "@mantine/core";
import { Link } from "wouter";
import { ruleTitle } from "../data/alerts";
import { type Delivery, type DeliveryState, kindName, useReplay } from "../data/channels";
import { useNow } from "../live/now";
import { duration, moment } from "../units";
import css from "./DeliveryRows.module.css";
import { Icon, type IconName } from "./icons";

const LOOKS: Record<DeliveryState, { word: string; icon: IconName; tone: string }> = {
  queued: { word: "Waits", icon: "clock", tone: "wait" },
  sent: { word: "Arrived", icon: "check", tone: "good" },
  failed: { word: "Is tried again", icon: "clock", tone: "wait" },
  dead: { word: "Given up", icon: "fault", tone: "bad" },
  dropped: { word: "Dropped", icon: "off", tone: "off" },
};

export function DeliveryRows({ deliveries, mayControl }: { deliveries: Delivery[]; mayControl: boolean }) {
  const now = useNow();
  const replay = useReplay();
  return (
    <>
      {replay.error && (
        <p className={css.refused} role="alert">
          <Icon name="fault" /> {replay.error.message}
        </p>
      )}
      <ul className={css.list}>
        {deliveries.map((one) => {
          const { word, icon, tone } = LOOKS[one.state];
          const next = one.next_at === null ? null : (Date.parse(one.next_at) - now) / 1000;
          return (
            <li key={one.id} className={css.row}>
              <span className={css.state} data-tone={tone}>
                <Icon name={icon} size={15} /> {word}
              </span>
              <div className={css.what}>
                <span className={css.channel}>{one.channel}</span>{" "}
                <span className="muted">{kindName(one.kind)}</span>
                <div>
                  <About delivery={one} />
                </div>
                {one.error && one.state !== "sent" && <div className={css.error}>{one.error}</div>}
                {one.body && (
                  <details className={css.details}>
                    <summary>What was said</summary>
                    <pre>{one.body}</pre>
                  </details>
                )}
              </div>
              <div className={css.when}>
                {moment(one.sent_at ?? one.created_at, now)}
                <div className="muted">
                  {one.attempts > 1 && `${one.attempts} attempts`}
                  {next !== null && next > 0 && ` next in ${duration(next)}`}
                </div>
              </div>
              {mayControl && canBeReplayed(one) && (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<Icon name="send" size={14} />}
                  loading={replay.isPending && replay.variables === one.id}
                  onClick={() => replay.mutate(one.id)}
                >
                  Again
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** A test is about no alert that could be told as it is now. */
const canBeReplayed = ({ state, alert_ids }: Delivery): boolean =>
  (state === "dead" || state === "dropped") && alert_ids.length > 0;

function About({ delivery: { what, rule, site, alerts, alert_ids } }: { delivery: Delivery }) {
  if (what === "test") return <span>A test</span>;
  const [first] = alert_ids;
  const name = rule === null || rule === "*" ? "Alerts" : ruleTitle(rule);
  const words = [
    alerts > 1 ? `${name}, ${alerts} alerts` : name,
    site === null || site === "" ? null : site === "*" ? "several sites" : `site ${site}`,
  ];
  const text = words.filter(Boolean).join(" · ");
  if (first === undefined) return <span>{text}</span>;
  return (
    <Link href={`/alerts/${first}`} className={css.link}>
      {text}
    </Link>
  );
}
