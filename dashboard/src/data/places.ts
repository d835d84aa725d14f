// The pages that one goes to by the links on top and by `g` and a letter: one line each.
import { mayControl, operatesAll } from "./rights";
import type { Me } from "./shapes";

export interface Place {
  href: string;
  name: string;
  /** Pressed after `g`. */
  letter: string;
  /** Who has a use for it; everyone where not given. */
  isFor?: (me: Me) => boolean;
}

const PLACES: Place[] = [
  { href: "/", name: "Overview", letter: "o" },
  // So far in front that a telephone shows how many call for somebody.
  { href: "/alerts", name: "Alerts", letter: "a" },
  { href: "/charge-points", name: "Charge points", letter: "c" },
  { href: "/sessions", name: "Sessions", letter: "s" },
  { href: "/energy", name: "Energy", letter: "e" },
  { href: "/reservations", name: "Reservations", letter: "r" },
  { href: "/profiles", name: "Profiles", letter: "l" },
  { href: "/tags", name: "Tags", letter: "t", isFor: ({ scope }) => !scope },
  { href: "/quarantine", name: "Quarantine", letter: "q", isFor: mayControl },
  { href: "/storage", name: "Storage", letter: "d", isFor: operatesAll },
  { href: "/people", name: "People", letter: "p", isFor: ({ role }) => role === "admin" },
  { href: "/settings", name: "Settings", letter: "i", isFor: ({ role }) => role === "admin" },
];

export const placesFor = (me: Me): Place[] => PLACES.filter(({ isFor }) => !isFor || isFor(me));

/** "DEPOT-001 · Charge points · wattdeck": the name of the window, what is told apart by it first. */
export function titleOf(location: string): string {
  const place = PLACES.find((one) => isAt(one, location));
  if (!place) return "wattdeck";
  const below = location.slice(place.href.length).split("/").filter(Boolean).map(decoded);
  return ["wattdeck", place.name, ...below].reverse().join(" · ");
}

/** An address that somebody typed need not be one. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether a location belongs to a place: what lies below it does. */
export function isAt(place: Place, location: string): boolean {
  if (place.href === "/") return location === "/";
  return location === place.href || location.startsWith(`${place.href}/`);
}
