// Refusals find their field.
import { complaintOf } from "./complaints";

test("a refusal is about the field it names, in either way the server says it", () => {
  expect(complaintOf("alert rule hot-garage: clear_above: at or below above")).toEqual({
    field: "clear_above",
    what: "at or below above",
  });
  expect(complaintOf("alert rule: Expected `float | null`, got `str` - at `$.above`")).toEqual({
    field: "above",
    what: "Expected `float | null`, got `str`",
  });
  expect(complaintOf("alert rule x: above or below is needed").field).toBe("above");
  expect(complaintOf("alert rule x: a count needs times (1 or more) and within_s").field).toBe("times");
  expect(complaintOf("alert rule: Expected `int`, got `str` - at `$.select.connectors[0]`").field).toBe(
    "connectors",
  );
  expect(complaintOf("alert rule: Expected `float`, got `null` - at `$.escalate[0].after_s`").field).toBe(
    "escalate",
  );
  expect(complaintOf("alert rule x: model_overrides: for HPC-*: below: less than above")).toEqual({
    field: "model_overrides",
    what: "for HPC-*: below: less than above",
  });
  expect(complaintOf("channel: Object missing required field `url`")).toEqual({
    field: "url",
    what: "Needed",
  });
  expect(complaintOf("channel ops: sender, to: 'x' is no address")).toEqual({
    field: "sender",
    what: "'x' is no address",
  });
  expect(complaintOf("The server cannot be reached")).toEqual({
    field: null,
    what: "The server cannot be reached",
  });
});
