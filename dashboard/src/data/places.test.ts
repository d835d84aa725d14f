import { isAt, placesFor, titleOf } from "./places";
import type { Me } from "./shapes";

const me = (role: string, scope: Me["scope"] = null): Me => ({
  username: "somebody",
  role,
  kind: "user",
  has_password: true,
  scope,
  time_zone: "UTC",
});
const names = (who: Me) => placesFor(who).map(({ name }) => name);

test("a viewer, and an operator of some charge points, are not led to pages that would refuse them", () => {
  expect(names(me("operator"))).toContain("Quarantine");
  expect(names(me("viewer"))).not.toContain("Quarantine");
  const limited = names(me("operator", { charge_points: ["DEPOT-*"], sites: [] }));
  expect(limited).toContain("Quarantine");
  expect(limited).not.toContain("Storage");
  expect(limited).not.toContain("Tags");
  expect(names(me("viewer"))).toContain("Overview");
});

test("no two pages have the same letter", () => {
  const letters = placesFor(me("admin")).map(({ letter }) => letter);
  expect(new Set(letters).size).toBe(letters.length);
});

test("what lies below a page belongs to it", () => {
  const [overview] = placesFor(me("admin"));
  const alerts = placesFor(me("admin")).find(({ name }) => name === "Alerts");
  expect(overview && isAt(overview, "/")).toBe(true);
  expect(overview && isAt(overview, "/alerts")).toBe(false);
  expect(alerts && isAt(alerts, "/alerts/7")).toBe(true);
  expect(alerts && isAt(alerts, "/alertness")).toBe(false);
});

test("a window is called by what is open in it, the most special first", () => {
  expect(titleOf("/")).toBe("Overview · wattdeck");
  expect(titleOf("/charge-points/DEPOT%2F001/history")).toBe(
    "history · DEPOT/001 · Charge points · wattdeck",
  );
  expect(titleOf("/sessions/50%")).toBe("50% · Sessions · wattdeck");
  expect(titleOf("/nowhere")).toBe("wattdeck");
});
