// One command to all charge points that are picked, at a measured pace; what becomes of it, and who failed.
import { Button, Checkbox, Group, Modal, NumberInput, Progress } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { failuresOf, progressOf, stateWords, useBulk } from "../data/bulk";
import type { ChargePoint } from "../data/shapes";
import { fixed } from "../units";
import css from "./BulkDialog.module.css";
import { useCommandForm } from "./CommandForm";
import dialog from "./Dialog.module.css";
import { Icon } from "./icons";
import { Scroll } from "./Scroll";

interface Props {
  chargePoints: ChargePoint[];
  onClose: () => void;
}

const A_SECOND = 10;

export function BulkDialog({ chargePoints, onClose }: Props) {
  const [waits, setWaits] = useState(false);
  const [pace, setPace] = useState<number | string>(A_SECOND);
  const { start, command, cancel } = useBulk();
  const version = chargePoints.find(({ ocpp_version }) => ocpp_version !== null)?.ocpp_version ?? null;
  const { action, payload, fields, check } = useCommandForm(version);
  const away = chargePoints.filter(({ connected }) => !connected).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!check() || action === null) return;
    start.mutate({
      action,
      payload,
      charge_points: chargePoints.map(({ identifier }) => identifier),
      per_second: Number(pace) || A_SECOND,
      ...(waits && { offline: "queue" as const }),
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Ask ${fixed(chargePoints.length, 0)} charge ${chargePoints.length === 1 ? "point" : "points"}`}
      centered
      size="lg"
    >
      <form onSubmit={submit} className={dialog.form} noValidate>
        {!command && (
          <>
            {fields}
            <NumberInput
              label="So many a second"
              min={0.1}
              max={1000}
              decimalScale={1}
              value={pace}
              onChange={setPace}
            />
            {away > 0 && (
              <Checkbox
                label={`Send it to the ${fixed(away, 0)} that are offline when they connect`}
                checked={waits}
                onChange={(event) => setWaits(event.currentTarget.checked)}
              />
            )}
          </>
        )}
        {command && <Sent command={command} />}
        <div className={dialog.outcome} role="alert">
          {start.error && (
            <span className={dialog.refused}>
              <Icon name="fault" /> {start.error.message}
            </span>
          )}
        </div>
        <Group justify="flex-end" mt={4}>
          {command?.state === "running" && (
            <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              Send no more
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            {command ? "Close" : "Cancel"}
          </Button>
          {!command && (
            <Button
              type="submit"
              leftSection={<Icon name="send" />}
              loading={start.isPending}
              disabled={!action}
            >
              Send
            </Button>
          )}
        </Group>
      </form>
    </Modal>
  );
}

function Sent({ command }: { command: NonNullable<ReturnType<typeof useBulk>["command"]> }) {
  const { done, words, failed } = progressOf(command);
  const failures = failuresOf(command);
  return (
    <>
      <Progress
        value={100 * done}
        color={failed > 0 ? "orange" : "volt"}
        aria-label={`${command.action}, how much is done`}
      />
      <p className={dialog.text} role="status">
        {command.state === "running" ? "" : `${command.state === "finished" ? "Done" : command.state}: `}
        {words}
      </p>
      {failures.length > 0 && (
        <Scroll label="Those that failed" tall>
          <ul className={css.failures}>
            {failures.map(({ charge_point, state, problem, error }) => (
              <li key={charge_point}>
                <b>{charge_point}</b> {problem ?? error?.description ?? error?.code ?? stateWords(state)}
              </li>
            ))}
          </ul>
        </Scroll>
      )}
    </>
  );
}
