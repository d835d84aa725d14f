// The frame log of a charge point: CALLs with their answers and how long those took; filtered, live, to be downloaded.
import { Button, Checkbox, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { actionsOf, asLines, type Direction, exchangesOf, passes, together } from "../data/frames";
import { useFrames } from "../data/troubleQueries";
import { useLiveFrames } from "../live/frames";
import filters from "./Filters.module.css";
import css from "./FrameLog.module.css";
import { FrameRow } from "./FrameRow";
import { Icon } from "./icons";
import { More } from "./More";
import { Notice } from "./Notice";
import { Age, Waiting } from "./State";

const DIRECTIONS = [
  { value: "", label: "Both" },
  { value: "in", label: "From it" },
  { value: "out", label: "To it" },
];

export function FrameLog({ identifier }: { identifier: string }) {
  const [isLive, setLive] = useState(true);
  const [action, setAction] = useState<string | null>(null);
  const [direction, setDirection] = useState<Direction | "">("");
  const [onlyErrors, setOnlyErrors] = useState(false);
  const [words, setWords] = useState("");
  const log = useFrames(identifier, true);
  const live = useLiveFrames(identifier, isLive);
  const frames = useMemo(() => together(log.items ?? [], live), [log.items, live]);
  const exchanges = useMemo(() => exchangesOf(frames), [frames]);
  const shown = useMemo(
    () => exchanges.filter((one) => passes(one, { action, direction, onlyErrors, words })),
    [exchanges, action, direction, onlyErrors, words],
  );
  const download = () => {
    const url = URL.createObjectURL(new Blob([asLines(frames)], { type: "application/jsonl" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: `${identifier}.jsonl` });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <section className="panel" aria-label="Frames">
      <div className="panel-head">
        <h2 className="panel-title">Frames</h2>
        <span className="muted">as they were on the wire, passwords blanked; the newest first</span>
        <Button
          className="push"
          size="xs"
          variant="default"
          aria-pressed={isLive}
          leftSection={<Icon name={isLive ? "pause" : "play"} size={14} />}
          onClick={() => setLive(!isLive)}
        >
          {isLive ? "Hold" : "Go on"}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="download" size={14} />}
          disabled={frames.length === 0}
          onClick={download}
        >
          Download
        </Button>
      </div>
      <fieldset className={`${filters.filters} ${css.filters}`} aria-label="Show">
        <SegmentedControl
          className={filters.wide}
          size="xs"
          aria-label="Direction"
          value={direction}
          onChange={(value) => setDirection(value as Direction | "")}
          data={DIRECTIONS}
        />
        <Select
          size="xs"
          className={filters.field}
          aria-label="Action"
          placeholder="Any action"
          clearable
          searchable
          data={actionsOf(exchanges)}
          value={action}
          onChange={setAction}
        />
        <TextInput
          size="xs"
          className={filters.field}
          aria-label="Words in a frame"
          placeholder="Words in a frame"
          leftSection={<Icon name="search" size={14} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          className={css.errors}
          label="Only errors"
          checked={onlyErrors}
          onChange={(event) => setOnlyErrors(event.currentTarget.checked)}
        />
      </fieldset>
      <Age query={log} />
      <Waiting query={log} what="The frames" />
      {log.items && shown.length === 0 && (
        <Notice
          icon={frames.length ? "search" : "clock"}
          title={frames.length ? "Nothing matches" : "No frame yet"}
        >
          {frames.length
            ? "No frame among those that are loaded fits; older ones may."
            : "They appear as the charge point speaks. How long they are kept is a setting."}
        </Notice>
      )}
      <ul className={css.list}>
        {shown.map((one) => (
          <FrameRow key={one.key} exchange={one} />
        ))}
      </ul>
      <More list={log} />
    </section>
  );
}
