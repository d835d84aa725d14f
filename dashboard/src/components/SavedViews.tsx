// Views of the list that somebody keeps in this browser: chosen, kept under a name, let go.
import { ActionIcon, Button, Menu, Popover, TextInput } from "@mantine/core";
import { useDisclosure, useLocalStorage } from "@mantine/hooks";
import { type FormEvent, useState } from "react";
import { type SavedView, viewsIn, withoutView, withView } from "../data/listViews";
import { Icon } from "./icons";
import css from "./SavedViews.module.css";

interface Props {
  /** What is shown now, as in the address. */
  query: string;
  onShow: (query: string) => void;
}

export function SavedViews({ query, onShow }: Props) {
  const [kept, keep] = useLocalStorage<SavedView[]>({
    key: "wattdeck-charge-point-views",
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const views = viewsIn(kept);
  const [naming, { toggle, close }] = useDisclosure(false);
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    keep(withView(views, { name: name.trim(), query }));
    setName("");
    close();
  };
  return (
    <div className={css.views}>
      {views.length > 0 && (
        <Menu position="bottom-start" width={250}>
          <Menu.Target>
            <Button size="xs" variant="default" rightSection={<Icon name="down" size={14} />}>
              Views
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {views.map((view) => (
              <div key={view.name} className={css.view}>
                <Menu.Item onClick={() => onShow(view.query)}>{view.name}</Menu.Item>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Let ${view.name} go`}
                  onClick={() => keep(withoutView(views, view.name))}
                >
                  <Icon name="close" size={14} />
                </ActionIcon>
              </div>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <Popover opened={naming} onChange={close} position="bottom-start" trapFocus withArrow>
        <Popover.Target>
          <Button size="xs" variant="default" disabled={!query} onClick={toggle}>
            Keep this view
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <form onSubmit={submit} className={css.naming}>
            <TextInput
              size="xs"
              label="Name of the view"
              maxLength={40}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button size="xs" type="submit" disabled={!name.trim()}>
              Keep
            </Button>
          </form>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}
