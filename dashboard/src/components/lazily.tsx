// A page whose code is fetched when somebody goes there, or before, when the browser has nothing else to do.
import { Button, Loader } from "@mantine/core";
import { type ComponentType, useEffect, useState } from "react";
import { fetched } from "../data/parts";
import css from "./lazily.module.css";
import { Notice } from "./Notice";

export interface Part {
  /** Of the addresses at which it is shown. */
  path: string;
  fetch: () => Promise<unknown>;
}

/** Not React.lazy: that shows a page which is there already a moment late, and one that is not yet 0.3 s late. */
export function lazily<Path extends string, Props extends object>(
  path: Path,
  load: () => Promise<ComponentType<Props>>,
) {
  let found: ComponentType<Props> | null = null;
  const fetch = async () => {
    found = await load();
    return found;
  };
  function Lazily(props: Props) {
    const [Page, setPage] = useState(() => found);
    const [isMissing, setMissing] = useState(false);
    useEffect(() => {
      if (Page) return;
      fetched(fetch).then(
        (page) => setPage(() => page),
        () => setMissing(true),
      );
    }, [Page]);
    if (Page) return <Page {...props} />;
    return isMissing ? <Missing /> : <Coming />;
  }
  return Object.assign(Lazily, { path, fetch });
}

/** Nothing at first: what is there in a moment needs no words. */
function Coming() {
  return (
    <div className={css.coming} aria-busy>
      <Loader type="dots" />
    </div>
  );
}

function Missing() {
  return (
    <Notice icon="offline" title="This page could not be loaded">
      <Button variant="light" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </Notice>
  );
}

/** Fetches `first` at once and the others one after the other, each when there is nothing else to do; returns its end. */
export function fetchAhead(first: Part | undefined, others: readonly Part[]): () => void {
  const idle = window.requestIdleCallback ?? ((take: () => void) => window.setTimeout(take, 500));
  let left = [...others];
  const next = () => {
    const part = left.shift();
    // What cannot be had now is fetched when it is needed.
    part?.fetch().then(
      () => idle(next),
      () => {},
    );
  };
  (first?.fetch() ?? Promise.resolve()).then(
    () => idle(next),
    () => {},
  );
  return () => {
    left = [];
  };
}
