// What somebody may see and do, as the server will judge it: pages do not offer what would be refused.
import type { Me } from "./shapes";

export const mayControl = (me: Me | null | undefined): boolean =>
  me?.role === "operator" || me?.role === "admin";

/** Whoever is limited to some charge points is refused what is about all of them: rules, silences. */
export const seesAll = (me: Me | null | undefined): boolean => me != null && !me.scope;

/** Operators who are limited to some charge points see nothing that belongs to none of them. */
export const operatesAll = (me: Me | null | undefined): boolean => mayControl(me) && !me?.scope;
