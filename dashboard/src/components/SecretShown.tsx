// A password or key that was made just now: shown once, to be taken along.
import { Button, CopyButton, Group } from "@mantine/core";
import css from "./Dialog.module.css";
import own from "./SecretShown.module.css";

export function SecretShown({
  secret,
  children,
  onClose,
}: {
  secret: string;
  children: string;
  onClose: () => void;
}) {
  return (
    <div className={css.form}>
      <p className={css.text}>{children} It is shown only now.</p>
      <p className={own.secret}>
        <code>{secret}</code>
        {/* Where a page came by plain HTTP, browsers let nobody near the clipboard. */}
        {window.isSecureContext && (
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
        )}
      </p>
      <Group justify="flex-end" mt={4}>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </div>
  );
}
