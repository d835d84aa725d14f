// The signed values of a session, byte for byte: each as a file, and those that are OCMF in one for the transparency software.
import { basePath } from "../data/api";
import { isOpen } from "../data/merge";
import { useSignedValues } from "../data/sessions";
import type { Session } from "../data/shapes";
import { inZone } from "../data/zones";
import { CsvLink } from "./CsvLink";
import { Scroll } from "./Scroll";
import css from "./SignedValues.module.css";
import table from "./Table.module.css";

export function SignedValues({ session, zone }: { session: Session; zone: string }) {
  const signed = useSignedValues(session.id, isOpen(session));
  if (!signed.data?.length) return null;
  const at = `${basePath()}api/v1/sessions/${session.id}/signed-values`;
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return (
    <section className="panel" aria-label="Signed values">
      <div className="panel-head">
        <h2 className="panel-title">Signed values</h2>
        <span className="muted">byte for byte as they came</span>
        {signed.data.some(({ format }) => format === "OCMF") && (
          <span className="push">
            <CsvLink href={`${at}.xml`} label="For the transparency software" />
          </span>
        )}
      </div>
      <Scroll label="Signed values, one by one">
        <table className={table.table}>
          <thead>
            <tr>
              <th>Taken</th>
              <th>When</th>
              <th>Format</th>
              <th>Value</th>
              <th aria-label="File" />
            </tr>
          </thead>
          <tbody>
            {signed.data.map(({ id, taken_at, context, format, value }) => (
              <tr key={id}>
                <td>{inZone(Date.parse(taken_at), zone, time)}</td>
                <td>{context}</td>
                <td>{format}</td>
                <td className={`mono ${css.value}`} title={value.slice(0, 1000)}>
                  {value.slice(0, 200)}
                </td>
                <td data-right>
                  <CsvLink href={`${at}/${id}`} label="File" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
