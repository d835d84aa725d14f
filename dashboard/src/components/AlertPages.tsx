// What every page about alerts begins with: its name, and the ways to the others.
import { type ReactNode, useRef } from "react";
import { Link, useLocation } from "wouter";
import { useMe } from "../data/queries";
import { operatesAll } from "../data/rights";
import type { Me } from "../data/shapes";
import css from "./AlertPages.module.css";
import { useSideways } from "./useSideways";

const PAGES: { href: string; name: string; isFor?: (me: Me | null | undefined) => boolean }[] = [
  { href: "/alerts", name: "Alerts" },
  { href: "/alerts/rules", name: "Rules" },
  { href: "/alerts/silences", name: "Silences" },
  { href: "/alerts/channels", name: "Channels", isFor: (me) => me?.role === "admin" },
  { href: "/alerts/deliveries", name: "Deliveries", isFor: operatesAll },
];

export function AlertPages({ children }: { children?: ReactNode }) {
  const [location] = useLocation();
  const me = useMe().data;
  const pages = PAGES.filter(({ isFor }) => isFor?.(me) ?? true);
  const longest = PAGES.filter(({ href }) => location === href || location.startsWith(`${href}/`)).at(-1);
  const nav = useRef<HTMLElement>(null);
  // On a telephone there is not room for all of them.
  useSideways(nav, location);
  return (
    <header className={css.header}>
      <div className={css.line}>
        <h1 className={css.title}>Alerts</h1>
        {children}
      </div>
      <nav ref={nav} className={`${css.pages} sideways`} aria-label="About alerts">
        {pages.map(({ href, name }) => (
          <Link key={href} href={href} aria-current={longest?.href === href ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
    </header>
  );
}
