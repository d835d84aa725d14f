// Everything that moves comes through wattdeck-client: what the dashboard can do, other people's pages can.

test("the dashboard opens no stream of its own", () => {
  const sources = import.meta.glob("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
  expect(Object.keys(sources).length).toBeGreaterThan(50);
  const own = Object.entries(sources)
    .filter(([path]) => !path.endsWith(".test.ts"))
    .filter(([, text]) => /\b(WebSocket|EventSource)\b/.test(String(text)))
    .map(([path]) => path);
  expect(own).toEqual([]);
});
