// What every page about alerts begins with: its name, and the ways to the others.
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import css from "./AlertPages.module.css";

const PAGES = [
  { href: "/alerts", name: "Alerts" },
  { href: "/alerts/rules", name: "Rules" },
  { href: "/alerts/silences", name: "Silences" },
];

export function AlertPages({ children }: { children?: ReactNode }) {
  const [location] = useLocation();
  const longest = PAGES.filter(({ href }) => location === href || location.startsWith(`${href}/`)).at(-1);
  return (
    <header className={css.header}>
      <div className={css.line}>
        <h1 className={css.title}>Alerts</h1>
        {children}
      </div>
      <nav className={css.pages} aria-label="About alerts">
        {PAGES.map(({ href, name }) => (
          <Link key={href} href={href} aria-current={longest?.href === href ? "page" : undefined}>
            {name}
          </Link>
        ))}
      </nav>
    </header>
  );
}
