// The tables of the database, the largest first.
import type { Storage } from "../data/storage";
import { bytes, fixed, inWords } from "../units";
import { Scroll } from "./Scroll";
import css from "./Table.module.css";

export function StorageTables({ storage }: { storage: Storage }) {
  const tables = [...storage.tables].sort((a, b) => b.bytes - a.bytes);
  return (
    <section className="panel" aria-label="Tables">
      <div className="panel-head">
        <h2 className="panel-title">Tables</h2>
        <span className="muted push">with their indexes</span>
      </div>
      <Scroll label="Tables and their sizes" tall>
        <table className={css.table}>
          <thead>
            <tr>
              <th>Table</th>
              <th data-right>Rows</th>
              <th data-right>Size</th>
            </tr>
          </thead>
          <tbody>
            {tables.map(({ name, rows, exact, bytes: size }) => (
              <tr key={name}>
                <td className="mono">{name}</td>
                <td data-right>
                  {exact ? "" : "≈ "}
                  {fixed(rows, 0)}
                </td>
                <td data-right>{inWords(bytes(size))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
