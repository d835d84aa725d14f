// Talking to the REST interface: where it is, how errors look, nothing about what is asked.
import { serverSaid } from "./clock";

/** "/" or "/csms/": the server writes it into the page's <base>, so one build serves every mount point. */
export const basePath = (): string => new URL(document.baseURI).pathname.replace(/[^/]*$/, "");

export const liveUrl = (): string => {
  const url = new URL("live", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
};

/** Where the browser goes to log in at the provider, to come back to the page that is in the address now. */
export const singleSignOn = (): string => {
  const { pathname, search } = window.location;
  const to = `/${pathname.slice(basePath().length)}${search}`;
  return `${basePath()}api/v1/oidc/login?to=${encodeURIComponent(to)}`;
};

/** An answer that is not a success, in the server's own words (problem+json). Status 0: the server could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string | null,
  ) {
    super(detail ?? title);
  }
}

type Given = string | number | boolean | null | undefined;
/** A list is asked for as the same name several times. */
export type Query = Record<string, Given | string[]>;

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== null && one !== undefined && one !== "")
      .map((one) => [key, String(one)]),
  );
  const search = new URLSearchParams(given).toString();
  return search ? `${path}?${search}` : path;
}

export const get = async <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  call<T>("GET", withQuery(path, query), undefined, signal);

/** The address of a list as a file, to be a link. */
export const fileOf = (path: string, query: Query, format = "csv"): string =>
  `${basePath()}api/v1/${withQuery(path, { ...query, format })}`;

export const post = <T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> =>
  call<T>("POST", path, body, signal);

export const patch = <T>(path: string, body: unknown): Promise<T> => call<T>("PATCH", path, body);

export const put = <T>(path: string, body: unknown): Promise<T> => call<T>("PUT", path, body);

export const remove = (path: string): Promise<null> => call<null>("DELETE", path);

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const address = `${basePath()}api/v1/${path}`;
  let response: Response;
  try {
    response = await fetch(address, {
      method,
      signal: signal ?? null,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, "The server cannot be reached", null);
  }
  // To the second: the half is what it is wrong by on average.
  serverSaid(Date.parse(response.headers.get("Date") ?? "") + 500);
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  const answer = isJson ? await response.json() : null;
  if (!response.ok) {
    const detail = typeof answer?.detail === "string" ? answer.detail : null;
    throw new Problem(response.status, answer?.title ?? `The server answered ${response.status}`, detail);
  }
  return answer as T;
}
