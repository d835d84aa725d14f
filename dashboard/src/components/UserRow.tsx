// One user in the table, and what can be done with them.
import { ActionIcon, Menu } from "@mantine/core";
import { scopeWords, type User } from "../data/people";
import { useBrowserNow } from "../live/now";
import { moment } from "../units";
import { Icon } from "./icons";

export type Deed = "rights" | "password" | "disable" | "enable" | "remove";

const stateOf = ({ disabled, single_sign_on }: User) =>
  [disabled && "disabled", single_sign_on && "single sign-on"].filter(Boolean).join(", ");

export function UserRow({ user, onDo }: { user: User; onDo: (deed: Deed) => void }) {
  const now = useBrowserNow();
  return (
    <tr>
      <td>
        <strong>{user.username}</strong>
      </td>
      <td>{user.role}</td>
      <td>{scopeWords(user.scope)}</td>
      <td>{user.last_login_at ? moment(user.last_login_at, now) : "never"}</td>
      <td>{stateOf(user)}</td>
      <td data-right>
        <Menu position="bottom-end" width={190}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`${user.username}: change`}>
              <Icon name="edit" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Icon name="user" />} onClick={() => onDo("rights")}>
              Rights
            </Menu.Item>
            {!user.single_sign_on && (
              <Menu.Item leftSection={<Icon name="lock" />} onClick={() => onDo("password")}>
                New password
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<Icon name={user.disabled ? "available" : "off"} />}
              onClick={() => onDo(user.disabled ? "enable" : "disable")}
            >
              {user.disabled ? "Enable" : "Disable"}
            </Menu.Item>
            <Menu.Item color="red" leftSection={<Icon name="close" />} onClick={() => onDo("remove")}>
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}
