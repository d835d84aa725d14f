// A table in a place that is too small for it: pushed by finger, wheel or, once it has the focus, the arrow keys.
import type { ReactNode } from "react";
import css from "./Table.module.css";

/** `tall`: it is bounded in height, too. */
export function Scroll({ label, tall, children }: { label: string; tall?: boolean; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody without a mouse sees the rest.
    <section className={css.scroll} data-tall={tall || undefined} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
