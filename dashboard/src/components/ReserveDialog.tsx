// Asks whose tag shall find which connector free until when, sends it, and tells what the charge point says.
import { Button, Group, Modal, SegmentedControl, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { serverNow } from "../data/clock";
import { useChargePoint } from "../data/queries";
import { askFor, useReservationsChanged } from "../data/reservations";
import { plugsOf, spoken } from "../data/status";
import { useChargePointNews } from "../live/chargePoint";
import { useCommandBy } from "../live/useCommand";
import { ChargePointSelect } from "./ChargePointSelect";
import { CommandOutcome } from "./CommandOutcome";
import css from "./Dialog.module.css";
import { Icon } from "./icons";
import { MomentField } from "./MomentField";

const MINUTE = 60_000;
/** A moment so many minutes from now. */
const later = (minutes: number): string => new Date(serverNow() + minutes * MINUTE).toISOString();
const SPANS = [
  { value: "15", label: "15 min" },
  { value: "60", label: "1 h" },
  { value: "240", label: "4 h" },
  { value: "until", label: "Until …" },
];

interface Props {
  /** Not given: it is chosen here. */
  chargePoint?: string;
  connector?: number;
  onClose: () => void;
}

export function ReserveDialog({ chargePoint, connector, onClose }: Props) {
  const [chosen, setChosen] = useState(chargePoint ?? null);
  return (
    <Modal opened onClose={onClose} title="Reserve a connector" centered>
      <div className={css.form}>
        {!chargePoint && <ChargePointSelect value={chosen} onChange={setChosen} />}
        {chosen ? (
          <ReserveForm key={chosen} identifier={chosen} connector={connector ?? null} onClose={onClose} />
        ) : (
          <Group justify="flex-end" mt={4}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
          </Group>
        )}
      </div>
    </Modal>
  );
}

interface FormProps {
  identifier: string;
  connector: number | null;
  onClose: () => void;
}

function ReserveForm({ identifier, connector, onClose }: FormProps) {
  const plugs = plugsOf({ connectors: useChargePoint(identifier).data?.connectors ?? [] });
  const free = plugs.find(({ status }) => status === "Available") ?? plugs[0];
  const [picked, setPicked] = useState(connector);
  const [idTag, setIdTag] = useState("");
  const [span, setSpan] = useState("60");
  const [until, setUntil] = useState<string | null>(() => later(60));
  useChargePointNews(identifier, plugs.length > 0);
  const changed = useReservationsChanged();
  const reserve = useCommandBy(identifier, async (wish: Parameters<typeof askFor>[0]) => {
    const command = await askFor(wish);
    changed();
    return command;
  });
  const chosen = picked ?? free?.connector_id ?? 0;
  const isUntilSaid = span !== "until" || until !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires_at = span === "until" ? until : later(Number(span));
    if (idTag.trim() && expires_at)
      reserve.send({ charge_point: identifier, connector_id: chosen, id_tag: idTag.trim(), expires_at });
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <Select
        label="Connector"
        description={chosen === 0 ? "Not every charge point can keep any one of them free" : undefined}
        allowDeselect={false}
        data={[
          ...plugs.map(({ connector_id, status }) => ({
            value: String(connector_id),
            label: `Connector ${connector_id}, ${spoken(status).toLowerCase()}`,
          })),
          { value: "0", label: "Any connector" },
        ]}
        value={String(chosen)}
        onChange={(value) => value && setPicked(Number(value))}
      />
      <TextInput
        label="Id tag"
        description="Who finds it free; tags of the same group may use it, too"
        data-autofocus
        required
        withAsterisk={false}
        maxLength={20}
        autoComplete="off"
        value={idTag}
        onChange={(event) => setIdTag(event.currentTarget.value)}
      />
      <SegmentedControl aria-label="How long" data={SPANS} value={span} onChange={setSpan} fullWidth />
      {span === "until" && <MomentField label="Until" value={until} onChange={setUntil} />}
      <CommandOutcome {...reserve} />
      <Group justify="flex-end" mt={4}>
        <Button variant="default" onClick={onClose}>
          {reserve.command ? "Close" : "Cancel"}
        </Button>
        <Button
          type="submit"
          leftSection={<Icon name="reserve" />}
          loading={reserve.sending}
          disabled={!idTag.trim() || !isUntilSaid}
        >
          {reserve.command ? "Reserve again" : "Reserve"}
        </Button>
      </Group>
    </form>
  );
}
