// Headers of a webhook as rows, and back.
import { headersOf, targetOf, withHeaders } from "./channels";

test("headers are rows of a form, and what has no name is none", () => {
  const rows = headersOf({ "X-Team": "ops", Authorization: "***" });
  expect(rows).toEqual([
    { name: "X-Team", value: "ops" },
    { name: "Authorization", value: "***" },
  ]);
  expect(withHeaders([...rows, { name: " ", value: "lost" }])).toEqual({
    "X-Team": "ops",
    Authorization: "***",
  });
  expect(headersOf(undefined)).toEqual([]);
});

test("a channel says in short where it leads", () => {
  expect(targetOf({ settings: { action: "Reset" } })).toBe("Reset");
  expect(targetOf({ settings: { to: ["a@b.example", "c@d.example"] } })).toBe("a@b.example and 1 more");
});
