// What was done, and by whom it may be done, in words.
import { deedOf, outcomeOf, scopeWords } from "./people";

test("a scope is told as its patterns and sites", () => {
  expect(scopeWords(null)).toBe("all charge points");
  expect(scopeWords({ charge_points: ["DEPOT-*"], sites: ["Hill"] })).toBe("DEPOT-*, site Hill");
});

test.each([
  ["POST", "/api/v1/login", "log in"],
  ["POST", "/api/v1/logout", "log out"],
  ["POST", "/api/v1/charge-points", "add charge point"],
  ["PATCH", "/api/v1/charge-points/{identifier}", "change charge point"],
  ["DELETE", "/api/v1/charge-points/{identifier}", "remove charge point"],
  ["POST", "/api/v1/charge-points/{identifier}/remote-start", "charge point: remote start"],
  ["PUT", "/api/v1/tags/{id_tag}", "set tag"],
  ["POST", "/api/v1/recompute", "recompute"],
  ["PUT", "/api/v1/me/password", "me: set password"],
  ["DELETE", "/api/v1/api-keys/{key_id}", "remove API key"],
])("%s %s is told as: %s", (method, route, told) => {
  expect(deedOf({ method, route })).toBe(told);
});

test("how a request ended is one of three words", () => {
  expect([204, 403, 503].map(outcomeOf)).toEqual(["done", "refused", "failed"]);
});
