// What an alert calls wrong may be normal there, as 150 kW are for a fast charger: another limit for its model, or for it.
import { Button, Group, Modal, NumberInput, Select } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type Alert, exactly, ruleTitle } from "../data/alerts";
import { asPattern, proposalFor, type Whose, withOverride } from "../data/overrides";
import { useChargePoints } from "../data/queries";
import { useSaveRule } from "../data/ruleQueries";
import type { Rule } from "../data/rules";
import { unitOf } from "../data/signals";
import css from "./Dialog.module.css";
import { Outcome } from "./Outcome";

export function NormalDialog({ alert, rule, onClose }: { alert: Alert; rule: Rule; onClose: () => void }) {
  const proposal = proposalFor(alert, rule);
  const chargePoints = useChargePoints();
  const model = chargePoints.data?.find(({ identifier }) => identifier === alert.charge_point)?.model ?? null;
  const [chosen, setChosen] = useState<Whose | null>(null);
  const [value, setValue] = useState<number | null>(proposal?.value ?? null);
  const save = useSaveRule();
  const whose = chosen ?? (model ? "models" : "charge_points");
  const pattern = asPattern((whose === "models" ? model : alert.charge_point) ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (proposal && pattern && value !== null)
      save.mutate(withOverride(rule, { whose, pattern, number: proposal.number, value }), {
        onSuccess: onClose,
      });
  };
  const unit = unitOf(alert.signal);
  return (
    <Modal opened onClose={onClose} title={`Normal here: ${ruleTitle(alert.rule)}`} centered>
      <form onSubmit={submit} className={css.form}>
        <p className={css.text}>
          The rule gets another limit there, in force at once; everywhere else it stays as it is.
        </p>
        <Select
          label="For"
          allowDeselect={false}
          data={[
            ...(model ? [{ value: "models", label: `Every ${model}` }] : []),
            { value: "charge_points", label: `${alert.charge_point} only` },
          ]}
          value={whose}
          onChange={(next) => next && setChosen(next as Whose)}
        />
        <NumberInput
          label={`Fires ${proposal?.number ?? ""}${unit && `, ${unit}`}`}
          description={value === null ? undefined : exactly(value, unit, alert.signal)}
          hideControls
          data-autofocus
          value={value ?? ""}
          onChange={(next) => setValue(typeof next === "number" ? next : null)}
        />
        <Outcome error={save.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending} disabled={value === null}>
            It is normal
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
