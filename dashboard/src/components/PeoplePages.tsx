// What every page about people begins with: its name, and the ways to the others; for those who are no admins, a word why not.
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useMe } from "../data/queries";
import css from "./AlertPages.module.css";
import { Notice } from "./Notice";

const PAGES = [
  { href: "/people", name: "Users" },
  { href: "/people/keys", name: "API keys" },
  { href: "/people/audit", name: "Audit" },
];

export function PeoplePages({ action, children }: { action?: ReactNode; children: ReactNode }) {
  const [location] = useLocation();
  const me = useMe();
  if (me.data && me.data.role !== "admin") {
    return (
      <Notice icon="lock" title="This page is for admins">
        It says who may log in, which keys there are, and who did what.
      </Notice>
    );
  }
  return (
    <>
      <header className={css.header}>
        <div className={css.line}>
          <h1 className={css.title}>People</h1>
          <span className="push">{action}</span>
        </div>
        <nav className={css.pages} aria-label="About people">
          {PAGES.map(({ href, name }) => (
            <Link key={href} href={href} aria-current={location === href ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
      </header>
      {children}
    </>
  );
}
