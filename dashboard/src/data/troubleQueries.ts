// What one asks about a charge point that gives trouble: its connections, findings, statuses, frames.
import { useQuery } from "@tanstack/react-query";
import { get } from "./api";
import type { Frame } from "./frames";
import { usePaged } from "./paged";
import type { Connector, Page } from "./shapes";

const at = (identifier: string, rest: string) => `charge-points/${encodeURIComponent(identifier)}/${rest}`;
const key = (identifier: string, what: string) => ["charge-point", identifier, what] as const;

export interface ConnectionRecord {
  opened_at: string;
  closed_at: string | null;
  duration_s: number;
  closed_by: string | null;
  reason: string | null;
  address: string | null;
  ocpp_version: string;
  tls: string | null;
  security_profile: number;
  frames_in: number | null;
  frames_out: number | null;
}

export const useConnections = (identifier: string) =>
  usePaged<ConnectionRecord>(
    key(identifier, "connections"),
    at(identifier, "connections"),
    {},
    { limit: 10, every: 10_000 },
  );

export interface Finding {
  kind: string;
  first_at: string;
  last_at: string;
  count: number;
  example: string | null;
}

export const useFindings = (identifier: string) =>
  useQuery({
    queryKey: key(identifier, "findings"),
    queryFn: async ({ signal }) => (await get<Page<Finding>>(at(identifier, "findings"), {}, signal)).items,
  });

export type PastStatus = Connector & { received_at: string };

export const useStatuses = (identifier: string) =>
  usePaged<PastStatus>(
    key(identifier, "status-history"),
    at(identifier, "status-history"),
    {},
    { limit: 15, every: 10_000 },
  );

export const useFrames = (identifier: string, enabled: boolean) =>
  usePaged<Frame>(
    key(identifier, "messages"),
    at(identifier, "messages"),
    {},
    { limit: 100, every: false, enabled },
  );
