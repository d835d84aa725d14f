// The keyboard: `g` and a letter goes to a page, `?` tells which letters there are; `/` is the search of the page itself.
import { Kbd, Modal } from "@mantine/core";
import { useDisclosure, useWindowEvent } from "@mantine/hooks";
import { useRef } from "react";
import { useLocation } from "wouter";
import { heard } from "../data/keyboard";
import { placesFor } from "../data/places";
import type { Me } from "../data/shapes";
import css from "./Shortcuts.module.css";

export function Shortcuts({ me }: { me: Me }) {
  const [, go] = useLocation();
  const [opened, { open, close }] = useDisclosure(false);
  const wentAt = useRef<number | null>(null);
  const places = placesFor(me);
  useWindowEvent("keydown", (event) => {
    const target = event.target as HTMLElement;
    const isTyping = target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
    const isBusy = isTyping || document.querySelector("[role=dialog]") !== null;
    const meant = heard(event, isBusy, wentAt.current, Date.now(), places);
    wentAt.current = meant.wentAt;
    if (meant.what === null) return;
    event.preventDefault();
    if (meant.what === "help") open();
    else go(meant.what);
  });
  return (
    <Modal opened={opened} onClose={close} title="Keyboard" centered>
      <dl className={css.keys}>
        <div>
          <dt>
            <Kbd>/</Kbd>
          </dt>
          <dd>Search what the page lists</dd>
        </div>
        {places.map(({ letter, name }) => (
          <div key={letter}>
            <dt>
              <Kbd>g</Kbd> <Kbd>{letter}</Kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Kbd>?</Kbd>
          </dt>
          <dd>These keys</dd>
        </div>
      </dl>
    </Modal>
  );
}
