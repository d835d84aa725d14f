// What is wider than its place and pushed sideways: its edges tell where there is more, and what is open is in sight.
import { type RefObject, useEffect } from "react";

/** Clear of the edge that fades, with a bit of what is beside it. */
const CLEAR = 34;

/** By how much a row must be pushed for one in it to be in sight; not scrollIntoView, which may push the page, too. */
const missing = (one: DOMRect, row: DOMRect): number =>
  one.left < row.left + CLEAR ? one.left - row.left - CLEAR : Math.max(0, one.right - row.right + CLEAR);

/**
 * Marks an element `data-before` and `data-after` where more of it lies on that side (app.css lets those edges fade).
 * `page`: which one is open; that link is brought into sight, also when those beside it grow.
 */
export function useSideways(what: RefObject<HTMLElement | null>, page?: string): void {
  useEffect(() => {
    const element = what.current;
    if (!element) return;
    const mark = () => {
      const { scrollLeft, clientWidth, scrollWidth } = element;
      element.toggleAttribute("data-before", scrollLeft > 1);
      element.toggleAttribute("data-after", scrollLeft + clientWidth < scrollWidth - 1);
    };
    const look = () => {
      const open = page === undefined ? null : element.querySelector("[aria-current]");
      if (open) element.scrollLeft += missing(open.getBoundingClientRect(), element.getBoundingClientRect());
      mark();
    };
    // It tells of every size once at the beginning, too.
    const sizes = new ResizeObserver(look);
    for (const each of [element, ...element.children]) sizes.observe(each);
    element.addEventListener("scroll", mark, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", mark);
    };
  }, [what, page]);
}
