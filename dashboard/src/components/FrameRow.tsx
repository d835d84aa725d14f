// One exchange of frames: which way, what, how long until the answer; both frames at length when opened.
import { memo } from "react";
import { type Exchange, pretty } from "../data/frames";
import { useShownZone } from "../data/times";
import { inZone } from "../data/zones";
import { fixed } from "../units";
import css from "./FrameLog.module.css";
import { Icon } from "./icons";

const TIME: Intl.DateTimeFormatOptions = {
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  fractionalSecondDigits: 3,
};

const NAMES = {
  call: "CALL",
  result: "Answer without its call",
  error: "Error without its call",
  broken: "No frame",
};

function took(ms: number): string {
  return ms < 10_000 ? `${fixed(ms, 0)}\u00a0ms` : `${fixed(ms / 1000, 1)}\u00a0s`;
}

export const FrameRow = memo(function FrameRow({ exchange }: { exchange: Exchange }) {
  const { action, kind, direction, call, answer, isError, latency_ms } = exchange;
  const zone = useShownZone();
  const first = call ?? answer;
  if (!first) return null;
  return (
    <li className={css.row}>
      <details>
        <summary>
          <span className={css.time}>{inZone(Date.parse(first.at), zone, TIME)}</span>
          <span className={css.way} data-direction={direction}>
            <Icon name={direction === "in" ? "right" : "left"} size={14} />
            {direction === "in" ? "from it" : "to it"}
          </span>
          <span className={css.action}>{action ?? NAMES[kind]}</span>
          <span className={css.brief}>{first.frame.slice(0, 200)}</span>
          <span className={css.took} data-bad={isError || undefined}>
            {isError && "error"}
            {isError && latency_ms !== null && " · "}
            {latency_ms !== null && took(latency_ms)}
            {call && !answer && "no answer"}
          </span>
        </summary>
        <pre className={css.frame}>{pretty(first.frame)}</pre>
        {call && answer && <pre className={css.frame}>{pretty(answer.frame)}</pre>}
      </details>
    </li>
  );
});
