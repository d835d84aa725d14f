// Who tried to connect and was not let in: the server's word for each reason as words for people, and what to do about it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post, remove } from "./api";
import { usePaged } from "./paged";
import { keys } from "./queries";
import type { ChargePoint, Page } from "./shapes";

/** A claimed identifier and a reason, counted. */
export interface Knocked {
  /** Null where none could be read. */
  identifier: string | null;
  reason: string;
  /** The server's explanation, in a sentence. */
  why: string;
  registered: boolean;
  count: number;
  first_at: string;
  last_at: string;
  address: string | null;
  path: string;
  subprotocols: string;
  tls: string | null;
}

export interface Advice {
  title: string;
  /** What helps. */
  todo: string;
  /** Whether letting it in by a click can help. */
  canAdopt: boolean;
}

const ADVICE: Record<string, Advice> = {
  unknown_charge_point: {
    title: "Nobody registered it",
    todo: "Let it in, or compare its address with the identifier you registered.",
    canAdopt: true,
  },
  no_identifier: {
    title: "Its address has no identifier",
    todo: "Append the identifier to the address that is set in the charge point.",
    canAdopt: false,
  },
  unauthorized: {
    title: "Wrong or missing password",
    todo: "Set the same password on both sides.",
    canAdopt: true,
  },
  refused_charge_point: {
    title: "It is registered as refused",
    todo: "Let it in, if that has changed.",
    canAdopt: true,
  },
  tls_required: {
    title: "It came without TLS",
    todo: "Set its address to wss:// and the TLS port, or ask for less than security profile 2.",
    canAdopt: true,
  },
  certificate_missing: {
    title: "It showed no certificate",
    todo: "Its security profile is 3: it needs a client certificate, the server the authority that signed it.",
    canAdopt: true,
  },
  certificate_mismatch: {
    title: "Its certificate is another one's",
    todo: "The common name of its certificate must be its identifier.",
    canAdopt: true,
  },
  sub_protocol: {
    title: "It speaks another version",
    todo: "Look for OCPP 1.6 and JSON in its menus.",
    canAdopt: false,
  },
  contested: {
    title: "Too many use this identifier",
    todo: "Find the other device that has it, and set a password.",
    canAdopt: false,
  },
};

const TLS: Advice = {
  title: "The TLS handshake failed",
  todo: "Who it was is not known: compare the times with those of the charge point, then its TLS settings.",
  canAdopt: false,
};

const ELSE: Advice = {
  title: "It was refused",
  todo: "The log has more about it.",
  canAdopt: true,
};

export const adviceOf = (reason: string): Advice =>
  ADVICE[reason] ?? (reason.startsWith("tls_") ? TLS : { ...ELSE, title: reason.replaceAll("_", " ") });

/** Which security profile a row may be asked to fall back to; none where the reason is another. */
export const isAboutSecurity = (reason: string): boolean =>
  ["tls_required", "certificate_missing", "certificate_mismatch"].includes(reason);

const SOON_MS = 5_000;
const key = ["quarantine"] as const;

export const useKnocked = (enabled = true) =>
  usePaged<Knocked>(key, "quarantine", {}, { every: SOON_MS, enabled });

const sameName = (a: string | null, b: string) => a?.toLowerCase() === b.toLowerCase();

/** Why one charge point was refused lately, the latest first; only operators may know. */
export const useKnocksOf = (identifier: string, enabled: boolean) =>
  useQuery({
    queryKey: [...key, identifier],
    enabled,
    refetchInterval: SOON_MS,
    queryFn: async ({ signal }) =>
      (await get<Page<Knocked>>("quarantine", { limit: 1000 }, signal)).items.filter((row) =>
        sameName(row.identifier, identifier),
      ),
  });

/** Those that are connected, or were, and wait for somebody to accept them. */
export const usePending = () =>
  usePaged<ChargePoint>(
    ["charge-points", "pending"],
    "charge-points",
    { registration: "pending" },
    { every: SOON_MS },
  );

export interface Adoption {
  registration: "accepted";
  password?: string;
  security_profile?: number;
  ask_for_boot?: boolean;
}

export function useAdopt(identifier: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (how: Adoption) =>
      post<ChargePoint>(`quarantine/${encodeURIComponent(identifier)}/adopt`, how),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: key });
      queries.invalidateQueries({ queryKey: keys.chargePoints });
      queries.invalidateQueries({ queryKey: keys.chargePoint(identifier) });
    },
  });
}

export function useForget() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (identifier: string) => remove(`quarantine/${encodeURIComponent(identifier)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
}
