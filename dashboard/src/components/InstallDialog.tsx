// Sends a kept charging profile to a charge point, for one connector or for all of it, and tells what that says.
import { Button, Group, Modal, Select } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useKeptProfiles } from "../data/profileQueries";
import { limitsInWords } from "../data/profiles";
import { useChargePoint } from "../data/queries";
import { plugsOf, spoken } from "../data/status";
import { useChargePointNews } from "../live/chargePoint";
import { useCommand } from "../live/useCommand";
import { ChargePointSelect } from "./ChargePointSelect";
import { CommandOutcome } from "./CommandOutcome";
import css from "./Dialog.module.css";
import { Icon } from "./icons";

interface Props {
  /** What of it is not given is chosen here. */
  identifier?: string;
  name?: string;
  onClose: () => void;
}

export function InstallDialog({ identifier, name, onClose }: Props) {
  const kept = useKeptProfiles().data ?? [];
  const [to, setTo] = useState(identifier ?? null);
  const [chosen, setChosen] = useState(name ?? null);
  const profile = kept.find((each) => each.name === chosen)?.profile;
  return (
    <Modal opened onClose={onClose} title={name ? `Install ${name}` : "Install a profile"} centered>
      <div className={css.form}>
        {!identifier && <ChargePointSelect value={to} onChange={setTo} />}
        {!name && (
          <Select
            label="Profile"
            placeholder={kept.length ? "Choose one" : "None is kept yet"}
            searchable
            allowDeselect={false}
            data={kept.map((each) => each.name)}
            value={chosen}
            onChange={setChosen}
          />
        )}
        {profile && <p className={css.text}>{limitsInWords(profile)}</p>}
        {to && chosen && profile ? (
          <InstallForm
            key={`${to} ${chosen}`}
            identifier={to}
            name={chosen}
            purpose={profile.chargingProfilePurpose}
            onClose={onClose}
          />
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
  name: string;
  purpose: string;
  onClose: () => void;
}

function InstallForm({ identifier, name, purpose, onClose }: FormProps) {
  const known = useChargePoint(identifier).data;
  useChargePointNews(identifier, known !== undefined);
  const install = useCommand(identifier, "charging-profiles");
  // The standard's own rule: one for the whole is for connector 0, one for a session never.
  const whole = {
    value: "0",
    label: purpose === "TxDefaultProfile" ? "All connectors" : "The whole charge point",
  };
  const single = plugsOf({ connectors: known?.connectors ?? [] }).map(({ connector_id, status }) => ({
    value: String(connector_id),
    label: `Connector ${connector_id}, ${spoken(status).toLowerCase()}`,
  }));
  const offered =
    purpose === "ChargePointMaxProfile" ? [whole] : purpose === "TxProfile" ? single : [whole, ...single];
  const [picked, setPicked] = useState<string | null>(null);
  const connector = picked ?? offered[0]?.value;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    install.send({ name, connector_id: Number(connector) });
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <Select
        label="For"
        allowDeselect={false}
        data={offered}
        value={connector ?? null}
        onChange={setPicked}
      />
      <CommandOutcome {...install} />
      <Group justify="flex-end" mt={4}>
        <Button variant="default" onClick={onClose}>
          {install.command ? "Close" : "Cancel"}
        </Button>
        <Button
          type="submit"
          leftSection={<Icon name="send" />}
          loading={install.sending}
          disabled={connector === undefined}
        >
          {install.command ? "Install again" : "Install"}
        </Button>
      </Group>
    </form>
  );
}
