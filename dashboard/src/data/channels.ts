// Channels, by which people are told of alerts, and deliveries, what went out by them: shapes, words, and what REST is asked.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Severity } from "./alerts";
import { get, post, put, remove } from "./api";
import { usePaged } from "./paged";
import type { Page } from "./shapes";

export interface Channel {
  name: string;
  kind: Kind;
  settings: Record<string, unknown>;
  severity: Severity;
  default: boolean;
  enabled: boolean;
  sends_resolved: boolean;
  most_per_hour: number;
  wait_s: number;
  interval_s: number;
  /** Templates; empty: our own words. */
  subject?: string;
  body?: string;
}

/** What a channel says of an example; `raw`: what is sent in place of our JSON. */
export interface Preview {
  subject: string;
  text: string;
  raw: string | null;
}

export type DeliveryState = "queued" | "sent" | "failed" | "dead" | "dropped";

export interface Delivery {
  id: number;
  channel: string;
  kind: string;
  what: string;
  state: DeliveryState;
  rule: string | null;
  site: string | null;
  alerts: number;
  alert_ids: number[];
  attempts: number;
  next_at: string | null;
  error: string | null;
  created_at: string;
  sent_at: string | null;
  body: string | null;
}

export const KINDS = [
  { value: "webhook", label: "Webhook" },
  { value: "email", label: "E-mail" },
  { value: "mqtt", label: "MQTT" },
  { value: "apprise", label: "Services of apprise" },
  { value: "command", label: "A command to the charge point" },
  { value: "log", label: "The server's log" },
] as const;
export type Kind = (typeof KINDS)[number]["value"];
export const kindName = (kind: string): string => KINDS.find(({ value }) => value === kind)?.label ?? kind;

export interface SettingField {
  name: string;
  label: string;
  /** `headers`: names and values; `json`: an object. */
  type: "text" | "secret" | "number" | "list" | "flag" | "choice" | "headers" | "json";
  /** Of a flag: how it is when nothing is said. */
  on?: boolean;
  hint?: string;
  choices?: string[];
}

const USER: SettingField[] = [
  { name: "username", label: "User", type: "text" },
  { name: "password", label: "Password", type: "secret" },
];
const HOST: SettingField[] = [
  { name: "host", label: "Host", type: "text" },
  { name: "port", label: "Port", type: "number", hint: "Empty: the usual one" },
];

/** What a kind has to be told. What has no field here stays as it is. */
export const SETTINGS: Record<Kind, SettingField[]> = {
  webhook: [
    { name: "url", label: "Address", type: "text" },
    { name: "secret", label: "Secret", type: "secret", hint: "Signs what is sent; may be empty" },
    { name: "headers", label: "Headers", type: "headers" },
    { name: "allow_private", label: "It may be in a private network", type: "flag" },
  ],
  email: [
    ...HOST,
    { name: "tls", label: "Encryption", type: "choice", choices: ["starttls", "tls", "none"] },
    { name: "sender", label: "From", type: "text" },
    { name: "to", label: "To", type: "list", hint: "Addresses; Enter adds one" },
    ...USER,
  ],
  mqtt: [
    ...HOST,
    { name: "topic", label: "Topic", type: "text", hint: "Empty: wattdeck/alerts/$rule" },
    { name: "tls", label: "Over TLS", type: "flag" },
    { name: "retain", label: "The broker keeps the last", type: "flag" },
    ...USER,
  ],
  apprise: [{ name: "urls", label: "Addresses of services", type: "list", hint: "As apprise writes them" }],
  command: [
    {
      name: "action",
      label: "Action",
      type: "text",
      hint: "As OCPP spells it: RemoteStopTransaction, Reset …",
    },
    {
      name: "payload",
      label: "Payload",
      type: "json",
      hint: "JSON; $connector_id, $session_id, $transaction_id stand for what is known",
    },
    { name: "dry_run", label: "Only say what would be sent", type: "flag", on: true },
    { name: "commands_per_hour", label: "Commands an hour at most", type: "number", hint: "Empty: 10" },
    {
      name: "cool_down_s",
      label: "Seconds between two to the same charge point",
      type: "number",
      hint: "Empty: 3600",
    },
    { name: "proof_s", label: "Seconds within which it ought to help", type: "number", hint: "Empty: 300" },
  ],
  log: [],
};

/** A header as a row of a form. */
export interface Header {
  name: string;
  value: string;
}

export const headersOf = (value: unknown): Header[] =>
  Object.entries((value as Record<string, string> | undefined) ?? {}).map(([name, value]) => ({
    name,
    value,
  }));

/** As the server has them; without a name there is none. */
export const withHeaders = (rows: Header[]): Record<string, string> =>
  Object.fromEntries(rows.filter(({ name }) => name.trim()).map(({ name, value }) => [name.trim(), value]));

/** Where it goes, in short. */
export function targetOf({ settings }: Pick<Channel, "settings">): string {
  const { url, to, urls, host, action } = settings;
  const several = (to ?? urls) as string[] | undefined;
  if (several)
    return several.length > 1 ? `${several[0]} and ${several.length - 1} more` : (several[0] ?? "");
  return String(url ?? host ?? action ?? "");
}

const keys = { channels: ["alert-channels"] as const, deliveries: ["alert-deliveries"] as const };
const at = (name: string) => `alert-channels/${encodeURIComponent(name)}`;

export const useChannels = (enabled = true) =>
  useQuery({
    queryKey: keys.channels,
    enabled,
    queryFn: async ({ signal }) => (await get<Page<Channel>>("alert-channels", {}, signal)).items,
  });

function useChanging<Given, Answer>(mutationFn: (given: Given) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSettled: () => {
      queries.invalidateQueries({ queryKey: keys.channels });
      queries.invalidateQueries({ queryKey: keys.deliveries });
    },
  });
}

export const useSaveChannel = () =>
  useChanging((channel: Channel) => put<Channel>(at(channel.name), channel));
export const useRemoveChannel = () => useChanging((name: string) => remove(at(name)));
export const useTestChannel = () => useChanging((name: string) => post<Delivery>(`${at(name)}/test`));
export const usePreview = () =>
  useMutation({
    mutationFn: (channel: Channel) =>
      post<Preview>("alert-channels/preview", { channel: { ...channel, name: channel.name || "example" } }),
  });
export const useReplay = () => useChanging((id: number) => post<Delivery>(`alert-deliveries/${id}/replay`));

export interface DeliveriesAsked {
  state: DeliveryState | null;
  alert?: number;
}

export const useDeliveries = ({ state, alert }: DeliveriesAsked, enabled = true) =>
  usePaged<Delivery>(
    [...keys.deliveries, state, alert],
    "alert-deliveries",
    { state: state === null ? [] : [state], alert },
    { every: 5_000, enabled },
  );
