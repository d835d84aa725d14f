// The central system's HTTP API, by the cookie of the log-in. What goes wrong is an Error with the server's own words.
export const CSMS = "/csms";

async function ask(method, path, body) {
  const response = await fetch(`${CSMS}/api/v1/${path}`, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.detail), { status: response.status });
  return answer;
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);

/** Every page of a list. */
export async function all(path) {
  const items = [];
  let cursor = "";
  do {
    const page = await get(`${path}?limit=1000${cursor}`);
    items.push(...page.items);
    cursor = page.next && `&cursor=${encodeURIComponent(page.next)}`;
  } while (cursor);
  return items;
}
