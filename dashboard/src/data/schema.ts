// A command's JSON schema as a form: which kind of field each member is, and the payload that what was typed makes.

export interface Schema {
  type?: string;
  enum?: string[];
  format?: string;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  definitions?: Record<string, Schema>;
  $ref?: string;
}

/** What was typed: text for a single member, drafts for the items of a list, drafts by name for a group. */
export type Draft = string | Draft[] | { [name: string]: Draft };
export type Group = { [name: string]: Draft };

export type Kind = "choice" | "text" | "number" | "yes-no" | "time" | "list" | "group";

export const kindOf = ({ enum: words, type, format }: Schema): Kind => {
  if (words) return "choice";
  if (type === "object") return "group";
  if (type === "array") return "list";
  if (type === "boolean") return "yes-no";
  if (type === "integer" || type === "number") return "number";
  return format === "date-time" ? "time" : "text";
};

/** The schema with what `$ref` names in its place. */
export function resolved(schema: Schema, definitions = schema.definitions ?? {}): Schema {
  const named = schema.$ref?.split("/").at(-1);
  const { properties, items, ...rest } = (named && definitions[named]) || schema;
  const whole: Schema = rest;
  if (items) whole.items = resolved(items, definitions);
  if (properties) {
    whole.properties = Object.fromEntries(
      Object.entries(properties).map(([name, member]) => [name, resolved(member, definitions)]),
    );
  }
  return whole;
}

/** What a field begins with: a list that must be there has one item to fill in. */
export function emptyDraft(schema: Schema, required = true): Draft {
  const kind = kindOf(schema);
  if (kind === "list") return required && schema.items ? [emptyDraft(schema.items)] : [];
  if (kind !== "group") return "";
  const members = Object.entries(schema.properties ?? {});
  return Object.fromEntries(
    members.map(([name, member]) => [name, emptyDraft(member, required && isRequired(schema, name))]),
  );
}

export const isRequired = (schema: Schema, name: string): boolean => schema.required?.includes(name) ?? false;

/** Whether anything was typed in it. */
export function isTouched(draft: Draft): boolean {
  if (typeof draft === "string") return draft.trim() !== "";
  return Object.values(draft).some(isTouched);
}

/** The value that was typed, without members that were left empty; undefined where nothing was. */
export function typedValue(schema: Schema, draft: Draft): unknown {
  if (typeof draft === "string") {
    const text = draft.trim();
    if (text === "") return undefined;
    switch (kindOf(schema)) {
      case "number":
        return Number(text.replace(",", "."));
      case "yes-no":
        return text === "true";
      case "time":
        return new Date(text).toISOString();
      default:
        return text;
    }
  }
  if (Array.isArray(draft)) {
    const items = draft.filter(isTouched).map((item) => typedValue(schema.items ?? {}, item));
    return items.length ? items : undefined;
  }
  const members = Object.entries(schema.properties ?? {})
    .map(([name, member]) => [name, typedValue(member, draft[name] ?? "")])
    .filter(([, value]) => value !== undefined);
  return members.length ? Object.fromEntries(members) : undefined;
}

/** What is wrong with what was typed, by the path of the field ("csChargingProfiles.stackLevel", "key.0"). */
export function complaintsOf(
  schema: Schema,
  draft: Draft,
  required = true,
  path = "",
): Record<string, string> {
  const say = (text: string) => ({ [path]: text });
  if (typeof draft === "string") {
    const text = draft.trim();
    if (text === "") return required ? say("Needed") : {};
    const kind = kindOf(schema);
    if (kind === "number") {
      const value = Number(text.replace(",", "."));
      if (!Number.isFinite(value)) return say("A number");
      if (schema.type === "integer" && !Number.isInteger(value)) return say("A whole number");
    }
    if (kind === "time" && Number.isNaN(Date.parse(text))) return say("A date and a time");
    if (schema.maxLength !== undefined && text.length > schema.maxLength)
      return say(`At most ${schema.maxLength} characters`);
    return {};
  }
  const under = (name: string | number) => (path ? `${path}.${name}` : String(name));
  if (Array.isArray(draft)) {
    if (required && !draft.length) return say("At least one");
    const each = draft.map((item, index) => complaintsOf(schema.items ?? {}, item, true, under(index)));
    return Object.assign({}, ...each);
  }
  // A group that may be left out is not asked for anything until something is typed in it.
  if (!required && !isTouched(draft)) return {};
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) =>
    complaintsOf(member, draft[name] ?? emptyDraft(member, false), isRequired(schema, name), under(name)),
  );
  return Object.assign({}, ...members);
}

/** "chargingProfileId" as "Charging profile id". */
export function memberInWords(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, (_all, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
