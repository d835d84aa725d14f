// The end of a list: the way to its next page.
import { Button } from "@mantine/core";
import type { Paged } from "../data/paged";
import css from "./More.module.css";

export function More({ list }: { list: Paged }) {
  if (!list.hasNextPage) return null;
  return (
    <div className={css.more}>
      <Button
        variant="default"
        size="xs"
        loading={list.isFetchingNextPage}
        onClick={() => list.fetchNextPage()}
      >
        Show more
      </Button>
    </div>
  );
}
