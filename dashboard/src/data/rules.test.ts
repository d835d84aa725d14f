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
  select: { sites: ["Garage*"], phases: ["L1"], connectors: [1] },
  overrides: { "CP-7": { above: 60, for_s: 0 } },
  model_overrides: { "HPC-*": { above: 65 } },
  escalate: [{ after_s: 900, channels: ["boss"] }],
  remind_s: 1800,
};

test("every field of a rule has one in the form, and what has none is kept as JSON", () => {
  const draft = draftOf(HOT);
  expect(draft.rest).toBe("");
  expect(draft.overrides.map(({ pattern, number, value }) => [pattern, number, value])).toEqual([
    ["CP-7", "above", 60],
    ["CP-7", "for_s", 0],
    ["HPC-*", "above", 65],
  ]);
  expect(ruleOf(draft)).toEqual(HOT);
  const newer = { ...HOT, words: ["Faulted"], made_up: 1 };
  expect(JSON.parse(draftOf(newer).rest)).toEqual({ words: ["Faulted"], made_up: 1 });
  expect(ruleOf(draftOf(newer))).toEqual(newer);
});

test("a row that says nothing yet is left out, the last of a pattern takes it along", () => {
  const row = { whose: "models" as const, pattern: "", number: "above", value: 70 };
  const rule: Rule = { name: "x", kind: "limit", signal: "Voltage", above: 253 };
  expect(ruleOf({ rule, overrides: [row, { ...row, pattern: "A", value: null }], rest: "" })).toEqual(rule);
  expect(ruleOf({ rule, overrides: [{ ...row, pattern: " A " }], rest: "" })).toEqual({
    ...rule,
    model_overrides: { A: { above: 70 } },
  });
  expect(ruleOf({ ...draftOf(HOT), overrides: [] })).not.toHaveProperty("overrides");
});

test("what was emptied is left out", () => {
  const draft = draftOf(HOT);
  const emptied = {
    ...draft.rule,
    clear_above: null,
    text: "",
    select: { sites: [] },
    escalate: [],
    remind_s: null,
  };
  expect(ruleOf({ rule: emptied, overrides: [], rest: "" })).toEqual({
    name: "hot-garage",
    kind: "limit",
    signal: "Temperature",
    above: 55,
    for_s: 120,
  });
});

test("text that is no JSON object is said to be none", () => {
  expect(ruleOf({ rule: HOT, overrides: [], rest: "{nonsense" })).toMatch(/^No JSON: /);
  expect(ruleOf({ rule: HOT, overrides: [], rest: "[1]" })).toBe("A JSON object in braces");
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
