// The dialog of what is to be done with a user.
import { Modal } from "@mantine/core";
import type { User } from "../data/people";
import { useChangeUser, useNewPassword, useRemoveUser } from "../data/peopleQueries";
import { ConfirmDialog } from "./ConfirmDialog";
import { SecretShown } from "./SecretShown";
import { UserDialog } from "./UserDialog";
import type { Deed } from "./UserRow";

export function UserDeed({ user, deed, onClose }: { user: User; deed: Deed; onClose: () => void }) {
  const change = useChangeUser();
  const renew = useNewPassword();
  const remove = useRemoveUser();
  const { username } = user;
  if (deed === "rights") return <UserDialog user={user} onClose={onClose} />;
  if (renew.data?.password) {
    return (
      <Modal opened onClose={onClose} title="A new password" centered>
        <SecretShown secret={renew.data.password} onClose={onClose}>
          {`${username} can log in with this password.`}
        </SecretShown>
      </Modal>
    );
  }
  const common = { onClose, request: deed === "remove" ? remove : deed === "password" ? renew : change };
  if (deed === "password") {
    return (
      <ConfirmDialog
        {...common}
        title={`A new password for ${username}`}
        verb="Make one"
        onConfirm={() => renew.mutate(username)}
      >
        It is shown once. The present one counts no longer, and {username} is logged out everywhere.
      </ConfirmDialog>
    );
  }
  if (deed === "remove") {
    return (
      <ConfirmDialog
        {...common}
        title={`Remove ${username}`}
        verb="Remove"
        onConfirm={() => remove.mutate(username, { onSuccess: onClose })}
      >
        {username} is logged out and cannot log in any more. What they did stays in the audit, keys they made
        stay valid.
      </ConfirmDialog>
    );
  }
  const disabled = deed === "disable";
  return (
    <ConfirmDialog
      {...common}
      title={`${disabled ? "Disable" : "Enable"} ${username}`}
      verb={disabled ? "Disable" : "Enable"}
      onConfirm={() => change.mutate({ username, disabled }, { onSuccess: onClose })}
    >
      {disabled
        ? `${username} is logged out everywhere and cannot log in until enabled again.`
        : `${username} can log in again as before.`}
    </ConfirmDialog>
  );
}
