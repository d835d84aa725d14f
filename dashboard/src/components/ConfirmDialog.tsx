// Before something is taken away that cannot be brought back: what follows, and the two ways on.
import { Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";

interface Props {
  title: string;
  verb: string;
  children: ReactNode;
  request: { error: Error | null; isPending: boolean };
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, verb, children, request, onConfirm, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <div className={css.form}>
        <p className={css.text}>{children}</p>
        <Outcome error={request.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={request.isPending} onClick={onConfirm}>
            {verb}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
