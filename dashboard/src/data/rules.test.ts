// Rules as a form edits them: nothing is lost on the way in and out.
import { draftOf, originOf, type Rule, ruleOf, ruleWords } from "./rules";
import { signalsOf, unitOf } from "./signals";

const HOT: Rule = {
  name: "hot-garage",
  kind: "limit",
  signal: "Temperature",
  above: 55,
  clear_above: 50,
  for_s: 120,
  select: { sites: ["Garage*"], phases: ["L1"] },
  overrides: { "CP-7": { above: 60 } },
};

test("what has no field is kept as JSON, and comes back", () => {
  const draft = draftOf(HOT);
  expect(JSON.parse(draft.rest)).toEqual({
    overrides: { "CP-7": { above: 60 } },
    select: { phases: ["L1"] },
  });
  expect(ruleOf(draft)).toEqual(HOT);
});

test("what was emptied is left out", () => {
  const draft = draftOf(HOT);
  const emptied = { ...draft.rule, clear_above: null, text: "", select: { sites: [] } };
  expect(ruleOf({ rule: emptied, rest: "" })).toEqual({
    name: "hot-garage",
    kind: "limit",
    signal: "Temperature",
    above: 55,
    for_s: 120,
  });
});

test("text that is no JSON object is said to be none", () => {
  expect(ruleOf({ rule: HOT, rest: "{nonsense" })).toMatch(/^No JSON: /);
  expect(ruleOf({ rule: HOT, rest: "[1]" })).toBe("A JSON object in braces");
});

test("a rule is said in one line", () => {
  expect(ruleWords(HOT)).toBe("Temperature more than 55\u00a0°C, for 2\u00a0min");
  expect(ruleWords({ name: "v", kind: "limit", signal: "Voltage", above: 253, below: 207 })).toBe(
    "Voltage more than 253\u00a0V or less than 207\u00a0V",
  );
  expect(ruleWords({ name: "b", kind: "count", signal: "booted", times: 4, within_s: 900 })).toBe(
    "Booted 4 times in 15\u00a0min",
  );
  expect(ruleWords({ name: "f", kind: "word", signal: "status", words: ["Faulted"], for_s: 60 })).toBe(
    "Status Faulted, for 1\u00a0min",
  );
});

test("where a rule comes from", () => {
  const entry = { name: "x", enabled: true, rule: HOT };
  expect(originOf({ ...entry, ready_made: true, changed: false })).toBe("Ready-made");
  expect(originOf({ ...entry, ready_made: true, changed: true })).toBe("Changed");
  expect(originOf({ ...entry, ready_made: false, changed: false })).toBe("Written");
});

test("each kind is offered what it can look at, and numbers have their unit", () => {
  expect(signalsOf("word").flatMap(({ items }) => items)).toContain("status");
  expect(signalsOf("limit").flatMap(({ items }) => items)).not.toContain("status");
  expect(unitOf("Power.Reactive.Import")).toBe("var");
  expect(unitOf("Power.Factor")).toBe("");
  expect(unitOf("clock_offset_s")).toBe("s");
});
