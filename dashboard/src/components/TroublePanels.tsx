// Beside the frames: how its connections ended, what it reported of its connectors, where it deviates from the standard.
import { useConnections, useFindings, useStatuses } from "../data/troubleQueries";
import { apart } from "../data/words";
import { useNow } from "../live/now";
import { age, duration, fixed, moment, NOTHING } from "../units";
import { More } from "./More";
import { Notice } from "./Notice";
import { Scroll } from "./Scroll";
import { Age, Waiting } from "./State";
import { StatusBadge } from "./StatusBadge";
import table from "./Table.module.css";

export function ConnectionsPanel({ identifier }: { identifier: string }) {
  const now = useNow();
  const list = useConnections(identifier);
  return (
    <section className="panel" aria-label="Connections">
      <div className="panel-head">
        <h2 className="panel-title">Connections</h2>
        <span className="muted">how long each lasted, and why it ended</span>
      </div>
      <Age query={list} />
      <Waiting query={list} what="The connections" />
      {list.items?.length === 0 && <Notice icon="offline" title="It has never been connected" />}
      {list.items && list.items.length > 0 && (
        <Scroll label="Connections, one by one">
          <table className={table.table}>
            <thead>
              <tr>
                <th>Began</th>
                <th data-right>Lasted</th>
                <th>Ended</th>
                <th>From</th>
                <th>Security</th>
                <th data-right>Frames in</th>
                <th data-right>out</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((one) => (
                <tr key={one.opened_at}>
                  <td>{moment(one.opened_at, now)}</td>
                  <td data-right>{duration(one.duration_s)}</td>
                  <td>
                    {one.closed_at ? [one.closed_by, one.reason].filter(Boolean).join(": ") : "is there"}
                  </td>
                  <td className="mono">{one.address ?? NOTHING}</td>
                  <td>
                    profile {one.security_profile}
                    {one.tls && `, ${one.tls}`}
                  </td>
                  <td data-right>{one.frames_in === null ? NOTHING : fixed(one.frames_in, 0)}</td>
                  <td data-right>{one.frames_out === null ? NOTHING : fixed(one.frames_out, 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <More list={list} />
    </section>
  );
}

export function StatusesPanel({ identifier }: { identifier: string }) {
  const now = useNow();
  const list = useStatuses(identifier);
  return (
    <section className="panel" aria-label="Status timeline">
      <div className="panel-head">
        <h2 className="panel-title">Status timeline</h2>
        <span className="muted">by the charge point's clock</span>
      </div>
      <Age query={list} />
      <Waiting query={list} what="The statuses" />
      {list.items?.length === 0 && <Notice icon="plug" title="No connector has reported yet" />}
      {list.items && list.items.length > 0 && (
        <Scroll label="Statuses, one by one">
          <table className={table.table}>
            <thead>
              <tr>
                <th>When</th>
                <th data-right>Connector</th>
                <th>Status</th>
                <th>With it</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((one) => (
                <tr key={`${one.connector_id} ${one.received_at} ${one.status} ${one.error_code}`}>
                  <td>{moment(one.updated_at, now)}</td>
                  <td data-right>{one.connector_id}</td>
                  <td>
                    <StatusBadge status={one.status} />
                  </td>
                  <td className="muted">
                    {[one.error_code === "NoError" ? null : one.error_code, one.info, one.vendor_error_code]
                      .filter(Boolean)
                      .join(" · ")}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <More list={list} />
    </section>
  );
}

export function FindingsPanel({ identifier }: { identifier: string }) {
  const now = useNow();
  const findings = useFindings(identifier);
  return (
    <section className="panel" aria-label="Findings">
      <div className="panel-head">
        <h2 className="panel-title">Findings</h2>
        <span className="muted">where it deviates from the standard</span>
      </div>
      <Age query={findings} />
      <Waiting query={findings} what="The findings" />
      {findings.data?.length === 0 && <Notice icon="check" title="It keeps to the standard" />}
      {findings.data && findings.data.length > 0 && (
        <Scroll label="Findings, one by one">
          <table className={table.table}>
            <thead>
              <tr>
                <th>What</th>
                <th data-right>Times</th>
                <th>Last</th>
                <th>For example</th>
              </tr>
            </thead>
            <tbody>
              {findings.data.map(({ kind, count, last_at, example }) => (
                <tr key={kind}>
                  <td>{apart(kind)}</td>
                  <td data-right>{fixed(count, 0)}</td>
                  <td>{age(last_at, now)}</td>
                  <td className="mono">{example ?? NOTHING}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
