// One connector at this moment: status, what it measures, its session, and the button that starts or stops it.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { type Readings, ratingAbove, sessionEnergy } from "../data/readings";
import { connectorName, type Reservation } from "../data/reservations";
import type { Connector, Session } from "../data/shapes";
import { canStart } from "../data/status";
import { useNow } from "../live/now";
import { age, duration, energy, inWords, moment, NOTHING, plain, power } from "../units";
import css from "./ConnectorCard.module.css";
import { Gauge } from "./Gauge";
import { Icon } from "./icons";
import { Metric } from "./Metric";
import { StatusBadge } from "./StatusBadge";

interface Props {
  connector: Connector;
  session: Session | null;
  /** The one before, for an idle connector. */
  last: Session | null;
  /** Those that hold for it, or may. */
  reservations: Reservation[];
  readings: Readings;
  /** The highest power seen in the window: the gauge must not change its scale with every sample. */
  peak: number;
  connected: boolean;
  mayControl: boolean;
  onStart: () => void;
  onStop: () => void;
  onReserve: () => void;
  onGiveUp: (reservation: Reservation) => void;
}

export function ConnectorCard({
  connector,
  session,
  last,
  reservations,
  readings,
  peak,
  connected,
  mayControl,
  onStart,
  onStop,
  onReserve,
  onGiveUp,
}: Props) {
  const now = useNow();
  const { status, error_code, info, connector_id } = connector;
  const seconds = session ? (now - Date.parse(session.started_at)) / 1000 : null;
  // The same sample as in the chart below, once the session has one; the session's own figure comes a little later.
  const measured =
    readings.power && (!session || readings.power.time * 1000 >= Date.parse(session.started_at));
  const watts = (measured ? readings.power?.value : session?.power_w) ?? null;
  const rating = ratingAbove(Math.max(peak, watts ?? 0));
  const shownPower = power(watts);
  const shownEnergy = session
    ? energy(sessionEnergy(session, readings.register))
    : energy(readings.register?.value);
  const soc = readings.soc?.value ?? session?.soc ?? null;
  const fault =
    error_code && error_code !== "NoError" ? [error_code, info].filter(Boolean).join(" · ") : null;

  return (
    <section className={`panel ${css.card}`} aria-label={`Connector ${connector_id}`}>
      <div className={css.head}>
        <h2 className="panel-title">Connector {connector_id}</h2>
        <StatusBadge status={status} stale={!connected} />
        <div className={css.buttons}>
          {!session && mayControl && (
            <Tooltip label="Reserve">
              <ActionIcon
                variant="default"
                size={36}
                aria-label={`Reserve connector ${connector_id}`}
                disabled={!connected}
                onClick={onReserve}
              >
                <Icon name="reserve" />
              </ActionIcon>
            </Tooltip>
          )}
          {session ? (
            <Button
              size="sm"
              variant="light"
              className={css.stop}
              leftSection={<Icon name="stop" />}
              disabled={!connected || !mayControl}
              onClick={onStop}
            >
              Stop
            </Button>
          ) : (
            <Button
              size="sm"
              leftSection={<Icon name="play" />}
              disabled={!connected || !mayControl || !canStart(status)}
              onClick={onStart}
            >
              Start
            </Button>
          )}
        </div>
      </div>
      {fault && (
        <div className={css.fault}>
          <Icon name="fault" /> {fault}
        </div>
      )}
      {reservations.map((one) => (
        <div key={one.id} className={css.kept}>
          <Icon name="reserve" />
          <span>
            {one.state === "accepted" ? "Reserved" : "Perhaps reserved"}
            {one.connector_id === 0 && `, ${connectorName(0)},`} for{" "}
            <span className="mono">{one.id_tag}</span> until {moment(one.expires_at, now)}
          </span>
          {mayControl && (
            <Button
              className="push"
              size="compact-xs"
              variant="subtle"
              color="gray"
              disabled={!connected}
              onClick={() => onGiveUp(one)}
            >
              Give up
            </Button>
          )}
        </div>
      ))}
      {session || isMeasuring(readings) ? (
        <div className={css.body}>
          <Gauge
            label={`Power ${shownPower.value} ${shownPower.unit}`}
            share={(watts ?? 0) / rating}
            {...(peak > 0 && { end: String(Math.round(rating / 100) / 10) })}
          >
            <span className={css.big}>{shownPower.value}</span>
            <span className="muted">{shownPower.unit}</span>
          </Gauge>
          <div className={css.metrics}>
            <Metric label={session ? "Session energy" : "Meter"} quantity={shownEnergy} />
            <Metric label="Duration" quantity={{ value: duration(seconds), unit: "" }} />
            <Metric
              label="Current"
              quantity={plain(highest(readings.current), "A", 1)}
              parts={readings.current.length > 1 ? readings.current : []}
              digits={1}
            />
            <Metric
              label="Voltage"
              quantity={plain(mean(readings.voltage), "V", 0)}
              parts={readings.voltage.length > 1 ? readings.voltage : []}
              digits={0}
            />
            {soc !== null && (
              <Metric label="State of charge" quantity={plain(soc, "%", 0)} share={soc / 100} />
            )}
            {soc === null && readings.temperature && (
              <Metric label="Temperature" quantity={plain(readings.temperature.value, "°C", 0)} />
            )}
          </div>
        </div>
      ) : (
        <div className={css.idle}>
          <Icon name="plug" size={20} />
          {readings.register ? `Meter at ${inWords(shownEnergy)}` : "Nothing measured yet"}
        </div>
      )}
      <div className={css.foot}>
        <span>
          {session ? (
            <>
              Tag <span className="mono">{session.id_tag ?? NOTHING}</span>
            </>
          ) : (
            lastInWords(last, now)
          )}
        </span>
        <span className="tabular">{readings.takenAt && `Measured ${age(readings.takenAt * 1000, now)}`}</span>
      </div>
    </section>
  );
}

/** Whether there is more to show than where the meter stands. */
const isMeasuring = ({ power, current, voltage, soc }: Readings) =>
  power !== null || soc !== null || current.length > 0 || voltage.length > 0;

const lastInWords = (last: Session | null, now: number) =>
  last
    ? `Last session ${moment(last.started_at, now)}, ${inWords(energy(last.energy_wh))}`
    : "No session yet";

const highest = (parts: { value: number }[]) =>
  parts.length ? Math.max(...parts.map((p) => p.value)) : null;
const mean = (parts: { value: number }[]) =>
  parts.length ? parts.reduce((sum, p) => sum + p.value, 0) / parts.length : null;
