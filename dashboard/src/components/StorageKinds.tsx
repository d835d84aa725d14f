// Kinds of rows: how long they stay, how far they reach back, what they take now and in the end.
import { daysWords, kindName, type Storage } from "../data/storage";
import { useNow } from "../live/now";
import { bytes, duration, fixed, inWords, milliseconds, NOTHING } from "../units";
import { Scroll } from "./Scroll";
import css from "./Table.module.css";

export function StorageKinds({ storage }: { storage: Storage }) {
  const now = useNow();
  const kinds = storage.kinds.filter(({ rows, keep_days }) => rows > 0 || keep_days !== null);
  return (
    <section className="panel" aria-label="What is kept">
      <div className="panel-head">
        <h2 className="panel-title">What is kept</h2>
        <span className="muted push">
          {fixed(storage.samples.per_charge_point_day, 0)} samples a day from each of{" "}
          {fixed(storage.samples.charge_points, 0)} charge points
        </span>
      </div>
      <Scroll label="Kept, as a table">
        <table className={css.table}>
          <thead>
            <tr>
              <th>Kind</th>
              <th>Kept</th>
              <th data-right>Reaches back</th>
              <th data-right>Rows</th>
              <th data-right>Size</th>
              <th data-right>A day</th>
              <th data-right>Stays at</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((one) => {
              const oldest = milliseconds(one.oldest);
              const end = storage.forecast.kinds.find(({ kind }) => kind === one.kind);
              return (
                <tr key={one.kind}>
                  <td title={one.tables.join(", ")}>{kindName(one.kind)}</td>
                  <td>
                    {daysWords(one.keep_days)}
                    {Object.entries(one.keep_days_of).map(([measurand, days]) => (
                      <div key={measurand} className="muted">
                        {measurand}: {daysWords(days)}
                      </div>
                    ))}
                  </td>
                  <td data-right>{oldest === null ? NOTHING : duration((now - oldest) / 1000)}</td>
                  <td data-right>{fixed(one.rows, 0)}</td>
                  <td data-right>{inWords(bytes(one.bytes))}</td>
                  <td data-right>{inWords(bytes(one.bytes_per_day))}</td>
                  <td data-right>{end ? endWords(end) : NOTHING}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

const endWords = (end: { bytes: number; bytes_per_year: number }) =>
  end.bytes_per_year > 0 ? `+ ${inWords(bytes(end.bytes_per_year))} a year` : inWords(bytes(end.bytes));
