// A table in a place that is too small for it: pushed by finger, wheel or, once it has the focus, the arrow keys.
import { type ReactNode, useRef } from "react";
import css from "./Table.module.css";
import { useSideways } from "./useSideways";

/** `tall`: it is bounded in height, too. */
export function Scroll({ label, tall, children }: { label: string; tall?: boolean; children: ReactNode }) {
  const ref = useRef<HTMLElement>(null);
  useSideways(ref);
  return (
    <section
      ref={ref}
      className={`${css.scroll} sideways`}
      data-tall={tall || undefined}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody without a mouse sees the rest.
      tabIndex={0}
    >
      {children}
    </section>
  );
}
