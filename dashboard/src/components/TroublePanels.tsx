// Beside the frames: how its connections ended, what it reported of its connectors, where it deviates from the standard.
import { useConnections, useFindings, useStatuses } from "../data/troubleQueries";
import { apart } from "../data/words";
import { useNow } from "../live/now";
import { age, duration, fixed, moment, NOTHING } from "../units";
import { StatusBadge } from "./StatusBadge";
import { TablePanel } from "./TablePanel";

export function ConnectionsPanel({ identifier }: { identifier: string }) {
  const now = useNow();
  const list = useConnections(identifier);
  return (
    <TablePanel
      title="Connections"
      what="Connections"
      hint="how long each lasted, and why it ended"
      isEmpty={list.items && list.items.length === 0}
      query={list}
      list={list}
      none={{ icon: "offline", title: "It has never been connected" }}
      head={
        <tr>
          <th>Began</th>
          <th data-right>Lasted</th>
          <th>Ended</th>
          <th>From</th>
          <th>Security</th>
          <th data-right>Frames in</th>
          <th data-right>out</th>
        </tr>
      }
    >
      {list.items?.map((one) => (
        <tr key={one.opened_at}>
          <td>{moment(one.opened_at, now)}</td>
          <td data-right>{duration(one.duration_s)}</td>
          <td>{one.closed_at ? [one.closed_by, one.reason].filter(Boolean).join(": ") : "is there"}</td>
          <td className="mono">{one.address ?? NOTHING}</td>
          <td>
            profile {one.security_profile}
            {one.tls && `, ${one.tls}`}
          </td>
          <td data-right>{one.frames_in === null ? NOTHING : fixed(one.frames_in, 0)}</td>
          <td data-right>{one.frames_out === null ? NOTHING : fixed(one.frames_out, 0)}</td>
        </tr>
      ))}
    </TablePanel>
  );
}

export function StatusesPanel({ identifier }: { identifier: string }) {
  const now = useNow();
  const list = useStatuses(identifier);
  return (
    <TablePanel
      title="Status timeline"
      what="Statuses"
      hint="by the charge point's clock"
      isEmpty={list.items && list.items.length === 0}
      query={list}
      list={list}
      none={{ icon: "plug", title: "No connector has reported yet" }}
      head={
        <tr>
          <th>When</th>
          <th data-right>Connector</th>
          <th>Status</th>
          <th>With it</th>
        </tr>
      }
    >
      {list.items?.map((one) => (
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
    </TablePanel>
  );
}

export function FindingsPanel({ identifier }: { identifier: string }) {
  const now = useNow();
  const findings = useFindings(identifier);
  return (
    <TablePanel
      title="Findings"
      what="Findings"
      hint="where it deviates from the standard"
      isEmpty={findings.data && findings.data.length === 0}
      query={findings}
      none={{ icon: "check", title: "It keeps to the standard" }}
      head={
        <tr>
          <th>What</th>
          <th data-right>Times</th>
          <th>Last</th>
          <th>For example</th>
        </tr>
      }
    >
      {findings.data?.map(({ kind, count, last_at, example }) => (
        <tr key={kind}>
          <td>{apart(kind)}</td>
          <td data-right>{fixed(count, 0)}</td>
          <td>{age(last_at, now)}</td>
          <td className="mono">{example ?? NOTHING}</td>
        </tr>
      ))}
    </TablePanel>
  );
}
