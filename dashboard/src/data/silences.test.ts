// Silences: what can be made silent of an alert, and what one is about.
import type { Alert } from "./alerts";
import { aboutWords, scopesOf } from "./silences";

const about = (given: Partial<Alert>): Alert =>
  ({
    rule: "power",
    charge_point: "CP-1",
    connector_id: 1,
    phase: null,
    location: "Outlet",
    site: null,
    ...given,
  }) as Alert;

test("of an alert its part, its charge point, everything about that, or its rule everywhere can be silent", () => {
  const scopes = scopesOf(about({ phase: "L2" }));
  expect(scopes.map(({ label }) => label)).toEqual([
    "Power of CP-1, Connector 1 · L2",
    "Power of CP-1",
    "Everything about CP-1",
    "Power, everywhere",
  ]);
  expect(scopes[0]?.select).toEqual({ charge_points: ["CP-1"], connectors: [1], phases: ["L2"] });
  expect(scopes[2]?.rules).toEqual(["*"]);
});

test("a name with signs of patterns in it stands for itself alone", () => {
  const [scope] = scopesOf(about({ charge_point: "CP-[1]*", connector_id: null }));
  expect(scope?.select).toEqual({ charge_points: ["CP-[[]1][*]"] });
  expect(aboutWords({ rules: ["power"], severities: [], select: scope?.select ?? {} })).toBe(
    "Power · CP-[1]*",
  );
});

test("an alert about a site, or about the server, has no charge point to be silent", () => {
  const nobody = { charge_point: null, connector_id: null };
  expect(
    scopesOf(about({ ...nobody, rule: "site-silent", site: "North" })).map(({ label }) => label),
  ).toEqual(["Site silent of site North", "Site silent, everywhere"]);
  expect(scopesOf(about({ ...nobody, rule: "disk-nearly-full" }))).toHaveLength(1);
});

test("what a silence is about is said in a line", () => {
  expect(
    aboutWords({ rules: ["*"], severities: ["info"], select: { sites: ["Garage*"], connectors: [2] } }),
  ).toBe("Every rule · info · site Garage*, connector 2");
  expect(aboutWords({ rules: ["boot-loop"], severities: [], select: {} })).toBe("Boot loop · everywhere");
});
