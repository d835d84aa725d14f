// Which charge point this is, and whether it is there.
import { useRef } from "react";
import { Link } from "wouter";
import type { ChargePoint, Connector } from "../data/shapes";
import { useSiteZone } from "../data/times";
import { useNow } from "../live/now";
import { age, duration, milliseconds } from "../units";
import css from "./ChargePointHeader.module.css";
import { Icon } from "./icons";
import { ConnectedMark, StatusBadge } from "./StatusBadge";
import { useSideways } from "./useSideways";

interface Props {
  chargePoint: ChargePoint;
  /** Which of its pages this is. */
  page: (typeof PAGES)[number]["name"];
}

export function ChargePointHeader({ chargePoint, page }: Props) {
  const {
    identifier,
    vendor,
    model,
    connected,
    summary_status,
    status,
    firmware_version,
    serial_number,
    ocpp_version,
    site,
  } = chargePoint;
  const nav = useRef<HTMLElement>(null);
  useSiteZone(chargePoint.time_zone);
  useSideways(nav, page);
  const own = chargePoint.connectors.find((connector) => connector.connector_id === 0);
  const facts = [
    ["", [vendor, model].filter(Boolean).join(" ")],
    ["Site", site],
    ["Firmware", firmware_version],
    ["Serial", serial_number],
    ["OCPP", ocpp_version?.replace(/^ocpp/i, "")],
  ].filter(([, value]) => value);
  return (
    <header className={css.header}>
      <Link href="/" className={css.back}>
        <Icon name="back" /> Overview
      </Link>
      <div className={css.line}>
        <h1 className={css.name}>{identifier}</h1>
        <StatusBadge status={summary_status ?? status} stale={!connected} />
        <div className={css.presence}>
          <ConnectedMark connected={connected} />
          <Presence chargePoint={chargePoint} />
        </div>
      </div>
      {own && own.status !== "Available" && (
        <div className={css.whole}>
          The charge point says of itself: <StatusBadge status={own.status} stale={!connected} />
          <span className="muted">{trouble(own)}</span>
        </div>
      )}
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            {name && <dt>{name}</dt>}
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <nav ref={nav} className={`${css.pages} sideways`} aria-label={identifier}>
        {PAGES.map(({ name, word, rest }) => (
          <Link
            key={name}
            href={`/charge-points/${encodeURIComponent(identifier)}${rest}`}
            aria-current={page === name ? "page" : undefined}
          >
            {word}
          </Link>
        ))}
      </nav>
    </header>
  );
}

const PAGES = [
  { name: "now", word: "Now", rest: "" },
  { name: "history", word: "History", rest: "/history" },
  { name: "log", word: "Log", rest: "/log" },
  { name: "profiles", word: "Profiles", rest: "/profiles" },
  { name: "configuration", word: "Configuration", rest: "/configuration" },
] as const;

const trouble = ({ error_code, info }: Connector) =>
  [error_code === "NoError" ? null : error_code, info].filter(Boolean).join(" · ");

function Presence({ chargePoint }: { chargePoint: ChargePoint }) {
  const now = useNow();
  const { connected, connected_at, last_seen_at } = chargePoint;
  const since = milliseconds(connected_at);
  return (
    <span className="muted tabular">
      {connected && since !== null && `for ${duration((now - since) / 1000)} · `}
      {last_seen_at ? `last seen ${age(last_seen_at, now)}` : "never seen"}
    </span>
  );
}
