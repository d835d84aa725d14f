// What a panel shows instead of its content, and how old that content is when it can no longer be refreshed.
import { Skeleton } from "@mantine/core";
import { Problem } from "../data/api";
import { useBrowserNow } from "../live/now";
import { duration } from "../units";
import { Icon } from "./icons";
import { Notice } from "./Notice";
import css from "./State.module.css";

interface Query {
  data: unknown;
  error: Error | null;
  dataUpdatedAt: number;
  isPlaceholderData?: boolean;
}

/** In place of the content until there is some: waiting, or why it could not be read. */
export function Waiting({ query, what, rows = 5 }: { query: Query; what: string; rows?: number }) {
  if (query.data !== undefined) return null;
  if (query.error) {
    const away = query.error instanceof Problem && query.error.status === 0;
    return (
      <Notice icon={away ? "offline" : "fault"} title={`${what} could not be read`}>
        {query.error.message}.{away && " It is tried again by itself."}
      </Notice>
    );
  }
  return (
    <div className={css.waiting} aria-busy>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same.
        <Skeleton key={index} height={26} />
      ))}
    </div>
  );
}

/** Says so when what stands there could not be refreshed, and how old it is. */
export function Age({ query }: { query: Query }) {
  const now = useBrowserNow();
  if (query.data === undefined || !query.error) return null;
  return (
    <p className={css.age} role="note">
      <Icon name="offline" size={14} /> Could not be refreshed; these figures are{" "}
      {duration((now - query.dataUpdatedAt) / 1000)} old.
    </p>
  );
}
