// What somebody may see and do, as the server will judge it: pages do not offer what would be refused.
import type { Me } from "./shapes";

export const mayControl = (me: Me | null | undefined): boolean =>
  me?.role === "operator" || me?.role === "admin";

/** Operators who are limited to some charge points see nothing that belongs to none of them: storage, deliveries. */
export const operatesAll = (me: Me | null | undefined): boolean => mayControl(me) && !me?.scope;
