// People, keys and what they did: their shapes, and in what words they are told. Pure.
export interface Scope {
  charge_points: string[];
  sites: string[];
}

export interface User {
  username: string;
  role: string;
  scope: Scope | null;
  disabled: boolean;
  created_at: string | null;
  password_set_at: string | null;
  last_login_at: string | null;
  single_sign_on: boolean;
}

export interface ApiKey {
  id: number;
  name: string;
  role: string;
  scope: Scope | null;
  created_by: string | null;
  created_at: string;
  expires_at: string | null;
  expired: boolean;
  last_used_at: string | null;
}

export interface AuditEntry {
  id: number;
  at: string;
  actor: string | null;
  kind: string | null;
  role: string | null;
  address: string | null;
  method: string;
  route: string;
  path: string;
  charge_point: string | null;
  status: number;
}

/** The one key that is not made here, but stands in the server's settings. */
export const KEY_OF_SETTINGS = "WATTDECK_API_KEY";

export const ROLES = [
  { value: "viewer", label: "Viewer: sees" },
  { value: "operator", label: "Operator: sees and acts" },
  { value: "admin", label: "Admin: everything, people too" },
];

/** "DEPOT-*, site Hill"; all charge points where there is no scope. */
export const scopeWords = (scope: Scope | null): string =>
  scope === null
    ? "all charge points"
    : [...scope.charge_points, ...scope.sites.map((site) => `site ${site}`)].join(", ");

const VERBS: Record<string, string> = { POST: "", PUT: "set ", PATCH: "change ", DELETE: "remove " };

/** What a request did, in short: "change charge point", "charge point: remote start", "log in". */
export function deedOf({ method, route }: Pick<AuditEntry, "method" | "route">): string {
  const steps = route
    .replace("/api/v1/", "")
    .split("/")
    .filter((step) => !step.startsWith("{"));
  const [noun = "", ...rest] = steps.map((step) => step.replaceAll("-", " "));
  if (noun === "login" || noun === "logout") return noun === "login" ? "log in" : "log out";
  const thing = noun.replace(/s$/, "").replace("api", "API");
  if (rest.length > 0) return `${thing}: ${VERBS[method] ?? ""}${rest.join(" ")}`;
  return method === "POST" && noun.endsWith("s") ? `add ${thing}` : `${VERBS[method] ?? ""}${thing}`;
}

/** How it ended, in a word. */
export function outcomeOf(status: number): "done" | "refused" | "failed" {
  if (status < 400) return "done";
  return status < 500 ? "refused" : "failed";
}
