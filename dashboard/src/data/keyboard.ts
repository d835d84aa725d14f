// What a key means: `g` waits a moment for the letter of a page, `?` asks for help. Pure.
import type { Place } from "./places";

/** So long after `g` a letter still belongs to it. */
const PATIENCE_MS = 1_500;

export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

export interface Meant {
  /** When `g` was pressed, while it waits for its letter. */
  wentAt: number | null;
  /** Where to go, or that help is asked for. */
  what: string | null;
}

/** `isBusy`: somebody types, or a dialog is open. */
export function heard(
  { key, ctrlKey, metaKey, altKey }: Key,
  isBusy: boolean,
  wentAt: number | null,
  now: number,
  places: Pick<Place, "letter" | "href">[],
): Meant {
  const nothing = { wentAt: null, what: null };
  if (isBusy || ctrlKey || metaKey || altKey) return nothing;
  if (key === "?") return { wentAt: null, what: "help" };
  if (wentAt !== null && now - wentAt < PATIENCE_MS) {
    // A capital letter comes after Shift, which is a key of its own and must not end the waiting.
    if (key === "Shift") return { wentAt, what: null };
    const place = places.find(({ letter }) => letter === key.toLowerCase());
    return { wentAt: null, what: place?.href ?? null };
  }
  return key === "g" ? { wentAt: now, what: null } : nothing;
}
