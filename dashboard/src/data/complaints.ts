// What the server refuses of a rule or a channel: which field it is about, and what it says of it.

export interface Complaint {
  field: string | null;
  what: string;
}

export function complaintOf(detail: string): Complaint {
  const text = detail.replace(/^(alert rule|channel)( [a-z0-9-]+)?: /, "");
  const at = / - at `\$\.?(?:select\.)?([a-z_]*)[^`]*`$/.exec(text);
  if (at) return { field: at[1] || null, what: text.slice(0, text.length - at[0].length) };
  const missing = /missing required field `([a-z_]+)`/.exec(text);
  if (missing) return { field: missing[1] ?? null, what: "Needed" };
  // Two fields may be named; the first is where one looks.
  const named = /^([a-z_]+)(?:, [a-z_]+)*: (.*)$/s.exec(text);
  if (named) return { field: named[1] ?? null, what: named[2] ?? "" };
  const first = text.startsWith("above or below") ? "above" : /\b(within_s|times|words)\b/.exec(text)?.[1];
  return { field: first ?? null, what: text };
}
