import { describe, expect, test } from "vitest";
import {
  complaintsOf,
  type Draft,
  emptyDraft,
  kindOf,
  memberInWords,
  resolved,
  type Schema,
  typedValue,
} from "./schema";

const profile: Schema = {
  type: "object",
  properties: {
    connectorId: { type: "integer" },
    profile: {
      type: "object",
      properties: {
        level: { type: "integer" },
        kind: { type: "string", enum: ["Absolute", "Relative"] },
        periods: {
          type: "array",
          items: {
            type: "object",
            properties: { startPeriod: { type: "integer" }, limit: { type: "number" } },
            required: ["startPeriod", "limit"],
          },
        },
      },
      required: ["level", "periods"],
    },
    validFrom: { type: "string", format: "date-time" },
    note: { type: "string", maxLength: 5 },
    sure: { type: "boolean" },
  },
  required: ["connectorId"],
};
const typed = (changes: Record<string, Draft>): Draft => ({ ...(emptyDraft(profile) as object), ...changes });

describe("a form of a schema", () => {
  test("each member has the kind of field that suits it", () => {
    const kinds = Object.values(profile.properties ?? {}).map(kindOf);
    expect(kinds).toEqual(["number", "group", "time", "text", "yes-no"]);
  });

  test("references are replaced by what they name, however deep", () => {
    const schema: Schema = {
      definitions: {
        Log: { type: "object", properties: { kind: { $ref: "#/definitions/Kind" } } },
        Kind: { type: "string", enum: ["A"] },
      },
      type: "object",
      properties: { logs: { type: "array", items: { $ref: "#/definitions/Log" } } },
    };
    expect(resolved(schema).properties?.logs?.items?.properties?.kind?.enum).toEqual(["A"]);
  });

  test("what is left empty is not in the payload", () => {
    expect(typedValue(profile, typed({ connectorId: "1" }))).toEqual({ connectorId: 1 });
    expect(typedValue(profile, emptyDraft(profile))).toBeUndefined();
  });

  test("what is typed gets the type that the schema wants", () => {
    const draft = typed({
      connectorId: " 2 ",
      profile: {
        level: "0",
        kind: "Absolute",
        periods: [
          { startPeriod: "0", limit: "16,5" },
          { startPeriod: "", limit: "" },
        ],
      },
      validFrom: "2026-03-01T10:00:00Z",
      sure: "false",
    });
    expect(typedValue(profile, draft)).toEqual({
      connectorId: 2,
      profile: { level: 0, kind: "Absolute", periods: [{ startPeriod: 0, limit: 16.5 }] },
      validFrom: "2026-03-01T10:00:00.000Z",
      sure: false,
    });
  });

  test("members go out in the order of the schema", () => {
    const draft = { note: "x", connectorId: "1" };
    expect(Object.keys(typedValue(profile, draft) as object)).toEqual(["connectorId", "note"]);
  });

  test("what must be there is asked for, in an optional group only once it is begun", () => {
    expect(complaintsOf(profile, emptyDraft(profile))).toEqual({ connectorId: "Needed" });
    const begun = typed({ connectorId: "1", profile: { level: "", kind: "Relative", periods: [] } });
    expect(complaintsOf(profile, begun)).toEqual({
      "profile.level": "Needed",
      "profile.periods": "At least one",
    });
  });

  test("what does not suit is said beside its field", () => {
    const draft = typed({ connectorId: "1.5", note: "too long", validFrom: "soon" });
    expect(complaintsOf(profile, draft)).toEqual({
      connectorId: "A whole number",
      note: "At most 5 characters",
      validFrom: "A date and a time",
    });
    expect(complaintsOf(profile, typed({ connectorId: "one" }))).toEqual({ connectorId: "A number" });
  });

  test("a list that must be there begins with one item", () => {
    const schema: Schema = {
      type: "object",
      properties: { key: { type: "array", items: { type: "string" } } },
      required: ["key"],
    };
    expect(emptyDraft(schema)).toEqual({ key: [""] });
    expect(complaintsOf(schema, emptyDraft(schema))).toEqual({ "key.0": "Needed" });
  });

  test("names of members are words", () => {
    expect(memberInWords("chargingProfileId")).toBe("Charging profile id");
    expect(memberInWords("type")).toBe("Type");
  });
});
