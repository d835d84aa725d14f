// A limit that suits what was seen, for whom it is normal.
import type { Alert } from "./alerts";
import { proposalFor, withOverride } from "./overrides";
import type { Rule } from "./rules";

const POWER: Rule = { name: "power", kind: "limit", signal: "Power.Active.Import", above: 50_000 };
const seen = (limit: number, peak: number) => ({ charge_point: "HPC-1", limit, peak }) as Alert;

test("the limit that is proposed leaves a tenth of room, on the side where it was passed", () => {
  expect(proposalFor(seen(50_000, 147_000), POWER)).toEqual({ number: "above", value: 170_000 });
  expect(proposalFor(seen(80, 98.7), POWER)).toEqual({ number: "above", value: 109 });
  expect(proposalFor(seen(207, 180), POWER)).toEqual({ number: "below", value: 160 });
  expect(proposalFor(seen(-10, -12), POWER)).toEqual({ number: "below", value: -14 });
  expect(proposalFor({ ...seen(80, 98), charge_point: null }, POWER)).toBeNull();
  expect(proposalFor(seen(1, 2), { ...POWER, kind: "word" })).toBeNull();
});

test("the same number of the same ones takes the place of the last", () => {
  const rule = {
    ...POWER,
    model_overrides: { HPC: { above: 60_000, for_s: 5 } },
    overrides: { A: { above: 1 } },
  };
  const added = { whose: "models" as const, pattern: "HPC", number: "above", value: 170_000 };
  expect(withOverride(rule, added)).toEqual({
    ...rule,
    model_overrides: { HPC: { for_s: 5, above: 170_000 } },
  });
});
