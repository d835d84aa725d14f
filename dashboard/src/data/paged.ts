// Lists that are longer than one answer: the first page at once, the next ones when somebody asks for more.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { get, type Query } from "./api";
import type { Page } from "./shapes";

export interface PagedOptions {
  /** How many a page has. */
  limit?: number;
  /** How often what is shown is asked for again, in milliseconds. */
  every?: number | false;
  enabled?: boolean;
}

/** `key` must name everything that `query` depends on. */
export function usePaged<Item>(
  key: readonly unknown[],
  path: string,
  query: Query,
  { limit = 50, every = 30_000, enabled = true }: PagedOptions = {},
) {
  const asked = useInfiniteQuery({
    queryKey: [...key, "pages"],
    enabled,
    refetchInterval: every,
    placeholderData: keepPreviousData,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => get<Page<Item>>(path, { ...query, limit, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
  });
  const items = asked.data?.pages.flatMap((page) => page.items);
  return { ...asked, items };
}

export type Paged = Pick<
  ReturnType<typeof usePaged>,
  "hasNextPage" | "isFetchingNextPage" | "fetchNextPage" | "items"
>;
