// The thin line on top of every page: whether what one sees is live, and how old it is.
import { useConnectionState, useLive } from "../live/feed";
import { useBrowserNow } from "../live/now";
import { age, duration } from "../units";
import css from "./LiveBar.module.css";
import { TimesMenu } from "./TimesMenu";

export function LiveBar() {
  const live = useLive();
  const state = useConnectionState();
  const now = useBrowserNow();
  const last = live?.lastMessageAt ?? null;
  const seconds = last === null ? null : Math.max(0, (now - last) / 1000);
  const tone = state === "live" ? (seconds !== null && seconds > 15 ? "late" : "live") : "away";
  return (
    <div className={css.bar} data-tone={tone}>
      <div className={css.inner}>
        <output className={css.state} aria-live="off">
          <span className={css.dot} aria-hidden />
          <span>{words(state, last, now)}</span>
        </output>
        <span className={css.note}>
          {tone === "away" && seconds !== null && seconds > 3 ? (
            <>
              Figures are {duration(seconds)} old
              <span className={css.zone}>. They move again by themselves.</span>
            </>
          ) : (
            <TimesMenu now={now} />
          )}
        </span>
      </div>
    </div>
  );
}

function words(state: string, last: number | null, now: number): string {
  if (state === "live") return `Live · ${age(last, now)}`;
  if (state === "reconnecting") return "Reconnecting…";
  if (state === "connecting") return "Connecting…";
  return "Not connected";
}
