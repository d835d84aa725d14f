// Asks once more, tells the charge point that a reservation is given up, and what it says to that.
import { Button, Group, Modal } from "@mantine/core";
import { connectorName, giveUp, type Reservation, useReservationsChanged } from "../data/reservations";
import { useChargePointNews } from "../live/chargePoint";
import { useNow } from "../live/now";
import { useCommandBy } from "../live/useCommand";
import { moment } from "../units";
import { CommandOutcome } from "./CommandOutcome";
import css from "./Dialog.module.css";

export function GiveUpDialog({ reservation, onClose }: { reservation: Reservation; onClose: () => void }) {
  const { id, charge_point, connector_id, id_tag, expires_at } = reservation;
  const now = useNow();
  useChargePointNews(charge_point, true);
  const changed = useReservationsChanged();
  const cancel = useCommandBy(charge_point, async () => {
    const command = await giveUp(id);
    changed();
    return command;
  });
  return (
    <Modal opened onClose={onClose} title="Give up the reservation" centered>
      <div className={css.form}>
        <p className={css.text}>
          {charge_point} keeps {connectorName(connector_id)} free for <span className="mono">{id_tag}</span>{" "}
          until {moment(expires_at, now)}. It is free for everybody once the charge point has agreed.
        </p>
        <CommandOutcome {...cancel} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            {cancel.command ? "Close" : "Keep it"}
          </Button>
          <Button
            color="red"
            data-autofocus
            loading={cancel.sending}
            disabled={cancel.command?.state === "accepted"}
            onClick={() => cancel.send(undefined)}
          >
            {cancel.command ? "Ask again" : "Give it up"}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
