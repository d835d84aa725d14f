// What surrounds every page behind the login: the live line, the name, the way between pages, the person.
import { ActionIcon, Menu, Tooltip, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useRaisedAlerts } from "../data/alertQueries";
import { callsForSomebody } from "../data/alerts";
import { basePath, post } from "../data/api";
import { scopeWords } from "../data/people";
import { isAt, placesFor, titleOf } from "../data/places";
import { keys } from "../data/queries";
import type { Me } from "../data/shapes";
import { useAlertNews } from "../live/alerts";
import css from "./Frame.module.css";
import { Icon, type IconName } from "./icons";
import { LiveBar } from "./LiveBar";
import { OwnPasswordDialog } from "./OwnPasswordDialog";
import { Shortcuts } from "./Shortcuts";
import { useSideways } from "./useSideways";
import { Wordmark } from "./Wordmark";

export function Frame({ me, children }: { me: Me; children: ReactNode }) {
  useAlertNews();
  const main = useRef<HTMLElement>(null);
  usePlace(main);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: a way on the page, which needs not stand in its address. */}
      <a
        href="#main"
        className={css.skip}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        To the content
      </a>
      <div className={css.top}>
        <LiveBar />
        <header className={css.header}>
          <Link href="/" className={css.home} aria-label="wattdeck, overview">
            <Wordmark nameClass={css.mark} />
          </Link>
          <Pages me={me} />
          <div className={css.tools}>
            <SchemeButton />
            <Person me={me} />
          </div>
        </header>
      </div>
      <Shortcuts me={me} />
      <main ref={main} id="main" tabIndex={-1} className={css.main}>
        {children}
      </main>
    </>
  );
}

/** Each page has its title, and begins where the keyboard goes on if the link that led there is gone with the page before. */
function usePlace(main: RefObject<HTMLElement | null>): void {
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    document.title = titleOf(location);
    const wentOn = before.current !== location;
    before.current = location;
    if (wentOn && document.activeElement === document.body) main.current?.focus({ preventScroll: true });
    return () => {
      document.title = "wattdeck";
    };
  }, [location, main]);
}

/** The ways between pages: those to what one may see. */
function Pages({ me }: { me: Me }) {
  const [location] = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a telephone there is not room for all of them.
  useSideways(nav, location);
  return (
    <nav ref={nav} className={`${css.pages} sideways`} aria-label="Pages">
      {placesFor(me).map((place) => (
        <Link
          key={place.href}
          href={place.href}
          className={css.page}
          aria-current={isAt(place, location) ? "page" : undefined}
        >
          {place.name}
          {place.href === "/alerts" && <AlertCount />}
        </Link>
      ))}
    </nav>
  );
}

/** How many alerts call for somebody. */
function AlertCount() {
  const calling = (useRaisedAlerts().data ?? []).filter(callsForSomebody);
  if (calling.length === 0) return null;
  const isGrave = calling.some(({ severity }) => severity === "critical");
  return (
    <span className={css.count} data-grave={isGrave || undefined} title={`${calling.length} firing`}>
      {calling.length > 999 ? "999+" : calling.length}
      <span className={css.unseen}> firing</span>
    </span>
  );
}

const SCHEMES: Record<string, { icon: IconName; next: "light" | "dark" | "auto"; label: string }> = {
  auto: { icon: "screen", next: "light", label: "Colours: as the system" },
  light: { icon: "sun", next: "dark", label: "Colours: light" },
  dark: { icon: "moon", next: "auto", label: "Colours: dark" },
};

function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const scheme = SCHEMES[colorScheme] ?? {
    icon: "screen" as const,
    next: "light" as const,
    label: "Colours",
  };
  return (
    <Tooltip label={scheme.label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={scheme.label}
        onClick={() => setColorScheme(scheme.next)}
      >
        <Icon name={scheme.icon} size={18} />
      </ActionIcon>
    </Tooltip>
  );
}

function Person({ me }: { me: Me }) {
  const queries = useQueryClient();
  const [isChanging, setChanging] = useState(false);
  const leave = async () => {
    // Whatever the server says: this browser forgets what it knew.
    await post("logout").catch(() => {});
    // In this order: a cache that was emptied first would have nobody left to tell.
    queries.setQueryData(keys.me, null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] });
  };
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <UnstyledButton className={css.person} aria-label={`${me.username}, menu`}>
            <Icon name="user" size={17} />
            <span className={css.name}>{me.username}</span>
            <Icon name="down" size={14} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            Logged in as {me.role}
            {me.scope && <>, for {scopeWords(me.scope)}</>}
          </Menu.Label>
          <Menu.Item component="a" href={`${basePath()}docs`} leftSection={<Icon name="book" />}>
            API documentation
          </Menu.Item>
          {me.has_password && (
            <Menu.Item leftSection={<Icon name="lock" />} onClick={() => setChanging(true)}>
              Password
            </Menu.Item>
          )}
          {me.kind !== "application" && (
            <Menu.Item leftSection={<Icon name="leave" />} onClick={leave}>
              Log out
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isChanging && <OwnPasswordDialog onClose={() => setChanging(false)} />}
    </>
  );
}
