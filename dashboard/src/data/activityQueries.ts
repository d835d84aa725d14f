// What happened lately as REST tells it, kept fresh by live news.
import { type QueryClient, useQuery } from "@tanstack/react-query";
import { type Happening, isIn, MOST, VIEWS, type View, withHappenings } from "./activity";
import { get } from "./api";
import type { Page } from "./shapes";

const keyOf = (view: View) => ["activity", view] as const;
/** What no live stream tells: commands, and how they stand by now. */
const AGAIN_MS = 30_000;
/** What the stream told while the answer was on its way may not be in it. */
const ON_ITS_WAY_MS = 5_000;

export const useActivity = (view: View) =>
  useQuery({
    queryKey: keyOf(view),
    refetchInterval: AGAIN_MS,
    queryFn: async ({ signal, client }) => {
      const { items } = await get<Page<Happening>>(
        "activity",
        { kind: [...VIEWS[view]], limit: MOST },
        signal,
      );
      const newest = Date.parse(items[0]?.at ?? "") || 0;
      const heard = client.getQueryData<Happening[]>(keyOf(view)) ?? [];
      return withHappenings(
        items,
        heard.filter(({ at }) => Date.parse(at) > newest - ON_ITS_WAY_MS),
      );
    },
  });

/** Live news into every list that has been asked for. */
export function addHappenings(queries: QueryClient, news: Happening[]): void {
  if (news.length === 0) return;
  for (const view of Object.keys(VIEWS) as View[])
    queries.setQueryData<Happening[]>(
      keyOf(view),
      (known) =>
        known &&
        withHappenings(
          known,
          news.filter((one) => isIn(view, one)),
        ),
    );
}
