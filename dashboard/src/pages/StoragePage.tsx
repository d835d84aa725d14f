// What the database takes, how far each kind of it reaches back, how large it becomes, and what other settings would change.
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { Notice } from "../components/Notice";
import { StatCard } from "../components/StatCard";
import { Age, Waiting } from "../components/State";
import { StorageByChargePoint } from "../components/StorageByChargePoint";
import { StorageKinds } from "../components/StorageKinds";
import { StorageTables } from "../components/StorageTables";
import { StorageWhatIf } from "../components/StorageWhatIf";
import { Problem } from "../data/api";
import { changed, coupled, daysWords, type Setting, useStorage } from "../data/storage";
import { bytes, inWords } from "../units";
import css from "./StoragePage.module.css";

export function StoragePage() {
  const [wanted, setWanted] = useState<Partial<Record<Setting, number>>>({});
  const [asked] = useDebouncedValue(wanted, 200);
  const present = useStorage({});
  const known = present.data;
  const differs = known ? changed(known.forecast.settings, asked) : {};
  const isPlaying = Object.keys(differs).length > 0;
  const other = useStorage(differs);

  if (present.error instanceof Problem && present.error.status === 403) {
    return (
      <Notice icon="lock" title="This page is for operators">
        It shows what the database holds and how long.
      </Notice>
    );
  }
  return (
    <div className={css.page}>
      <h1 className={css.title}>Storage</h1>
      {known === undefined && (
        <section className="panel">
          <Waiting query={present} what="What is stored" rows={8} />
        </section>
      )}
      {known && (
        <>
          <Age query={present} />
          {known.disk.low && (
            <p className={css.low} role="alert">
              The disk is nearly full: {inWords(bytes(known.disk.free_bytes))} are free, fewer than{" "}
              {inWords(bytes(known.disk.warn_below_bytes))}.
            </p>
          )}
          <section className={css.totals} aria-label="Totals">
            <StatCard
              label="Database"
              icon="storage"
              tone="accent"
              quantity={bytes(known.database.bytes + known.database.wal_bytes)}
              note={`${inWords(bytes(known.database.free_bytes))} of it to be used again`}
            />
            <StatCard
              label="Disk free"
              icon="storage"
              quantity={bytes(known.disk.free_bytes)}
              note={`of ${inWords(bytes(known.disk.total_bytes))}`}
            />
            <StatCard
              label="Growth a day"
              icon="up"
              tone="busy"
              quantity={bytes(known.forecast.bytes_per_day)}
              note={
                known.forecast.days > 0
                  ? `for the next ${daysWords(Math.ceil(known.forecast.days))}`
                  : "nothing goes yet"
              }
            />
            <StatCard
              label="Stays at"
              icon="clock"
              tone={known.forecast.fits ? "good" : "busy"}
              quantity={bytes(known.forecast.bytes)}
              note={known.forecast.fits ? "there is room for it" : "more than the disk has"}
            />
          </section>
          <StorageKinds storage={known} />
          <StorageWhatIf
            storage={known}
            wanted={wanted}
            onWant={(setting, days) => setWanted(coupled(known.forecast.settings, wanted, setting, days))}
            onReset={() => setWanted({})}
            asked={isPlaying && !other.isPlaceholderData ? (other.data?.asked ?? null) : null}
            differs={differs}
            refused={isPlaying ? other.error : null}
          />
          <div className={css.columns}>
            <StorageByChargePoint />
            <StorageTables storage={known} />
          </div>
        </>
      )}
    </div>
  );
}
