// Sliders for how long things stay, and what the server says they would come to. Nothing is changed by them.
import { Button, Slider } from "@mantine/core";
import {
  daysWords,
  type Forecast,
  kindName,
  type Setting,
  SLIDERS,
  type Storage,
  stepsWith,
} from "../data/storage";
import { bytes, inWords } from "../units";
import { Icon } from "./icons";
import css from "./StorageWhatIf.module.css";

interface Props {
  storage: Storage;
  wanted: Partial<Record<Setting, number>>;
  onWant: (setting: Setting, days: number) => void;
  onReset: () => void;
  /** The forecast for what was asked for; null while it is on its way, or where nothing was. */
  asked: Forecast | null;
  differs: Partial<Record<Setting, number>>;
  refused: Error | null;
}

export function StorageWhatIf({ storage, wanted, onWant, onReset, asked, differs, refused }: Props) {
  const { forecast } = storage;
  const isPlaying = Object.keys(differs).length > 0;
  return (
    <section className="panel" aria-label="What if">
      <div className="panel-head">
        <h2 className="panel-title">What if it were kept longer, or shorter?</h2>
        <span className="muted">Nothing changes by moving these.</span>
        {isPlaying && (
          <Button
            className="push"
            size="xs"
            variant="default"
            leftSection={<Icon name="undo" size={14} />}
            onClick={onReset}
          >
            As it is set
          </Button>
        )}
      </div>
      <div className={css.body}>
        <div className={css.sliders}>
          {SLIDERS.map(({ setting, name }) => {
            const present = forecast.settings[setting];
            if (typeof present !== "number") return null;
            const days = wanted[setting] ?? present;
            const steps = stepsWith(present, days);
            const kind = setting.split("_")[1] ?? "";
            const size = (asked ?? forecast).kinds.find((one) => one.kind === kind)?.bytes;
            return (
              <div key={setting} className={css.slider}>
                <div className={css.line}>
                  <span className={css.name}>{name}</span>
                  <span className="tabular">
                    {daysWords(days)}
                    {days !== present && <span className="muted"> (set: {daysWords(present)})</span>}
                  </span>
                  <span className={`${css.size} tabular`}>{inWords(bytes(size))}</span>
                </div>
                <Slider
                  thumbLabel={`${kindName(kind)} kept`}
                  label={null}
                  min={0}
                  max={steps.length - 1}
                  step={1}
                  value={steps.indexOf(days)}
                  thumbProps={{ "aria-valuetext": daysWords(days) }}
                  onChange={(place) => onWant(setting, steps[place] ?? present)}
                />
              </div>
            );
          })}
        </div>
        <div className={css.outcome} role="status">
          {refused ? (
            <p className={css.refused}>
              <Icon name="fault" /> {refused.message}
            </p>
          ) : (
            <Outcome forecast={forecast} asked={isPlaying ? asked : null} differs={differs} />
          )}
        </div>
      </div>
    </section>
  );
}

function Outcome({
  forecast,
  asked,
  differs,
}: {
  forecast: Forecast;
  asked: Forecast | null;
  differs: Partial<Record<Setting, number>>;
}) {
  const shown = asked ?? forecast;
  const parts = Object.entries(differs).map(
    ([setting, days]) => `${daysWords(days)} of ${kindName(setting.split("_")[1] ?? "").toLowerCase()}`,
  );
  return (
    <>
      <div className="muted">{asked ? `With ${parts.join(", ")}` : "As it is set"}</div>
      <div className={css.figure}>{inWords(bytes(shown.bytes))}</div>
      {asked && <div>instead of {inWords(bytes(forecast.bytes))}</div>}
      <div className="muted">
        {shown.days > 0 ? `reached in ${daysWords(Math.ceil(shown.days))}` : "reached"}
        {shown.bytes_per_year > 0 && `, then ${inWords(bytes(shown.bytes_per_year))} more a year`}
      </div>
      {!shown.fits && (
        <p className={css.refused}>
          <Icon name="fault" /> The disk has no room for it.
        </p>
      )}
      {asked && (
        <pre className={css.settings}>
          {Object.entries(differs)
            .map(([setting, days]) => `${setting} = ${days}`)
            .join("\n")}
        </pre>
      )}
    </>
  );
}
