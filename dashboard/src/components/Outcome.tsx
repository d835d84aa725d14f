// Below the fields of a dialog: why the server refused what was asked.
import css from "./Dialog.module.css";
import { Icon } from "./icons";

export function Outcome({ error }: { error: Error | null }) {
  return (
    <div className={css.outcome} role="status">
      {error && (
        <span className={css.refused}>
          <Icon name="fault" /> {error.message}
        </span>
      )}
    </div>
  );
}
