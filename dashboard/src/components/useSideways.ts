// What is wider than its place and pushed sideways: its edges tell where there is more, and what is open is in sight.
import { type RefObject, useEffect } from "react";

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
      if (page !== undefined)
        element.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
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
