// Keep alerts quiet for a while, and say why: from an alert with one click for how long, or planned as a maintenance window.
import { Button, Group, Modal, SegmentedControl, Select, TagsInput, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Alert } from "../data/alerts";
import { serverNow } from "../data/clock";
import { useChargePoints, useMe } from "../data/queries";
import { useRules } from "../data/ruleQueries";
import { namesSomebody, type Scope, scopesOf, useSilence, type Wish } from "../data/silences";
import css from "./Dialog.module.css";
import { Icon } from "./icons";
import { MomentField } from "./MomentField";
import { Outcome } from "./Outcome";

const HOUR = 3_600_000;
/** A moment so many hours from now. */
const later = (hours: number): string => new Date(serverNow() + hours * HOUR).toISOString();
const SPANS = [
  { value: "1", label: "1 h" },
  { value: "8", label: "8 h" },
  { value: "24", label: "24 h" },
  { value: "until", label: "Until …" },
];

interface Props {
  /** Not given: a window is planned. */
  alert?: Alert;
  onClose: () => void;
}

export function SilenceDialog({ alert, onClose }: Props) {
  const isLimited = Boolean(useMe().data?.scope);
  const scopes = alert ? scopesOf(alert).filter(({ select }) => !isLimited || namesSomebody(select)) : [];
  const [scope, setScope] = useState<string>(scopes[0]?.label ?? "");
  const [own, setOwn] = useState<Scope>({ label: "", rules: [], select: {} });
  const [span, setSpan] = useState(alert ? "1" : "until");
  const [starts, setStarts] = useState<string | null>(null);
  const [ends, setEnds] = useState<string | null>(() => later(8));
  const [repeats, setRepeats] = useState<string | null>(null);
  const [comment, setComment] = useState("");
  const silence = useSilence();

  const until = span === "until" ? ends : later(Number(span));
  const about = alert ? scopes.find(({ label }) => label === scope) : own;
  const isReady =
    until !== null &&
    about !== undefined &&
    comment.trim() !== "" &&
    (!isLimited || namesSomebody(about.select));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const wish: Wish = {
      rules: about.rules,
      severities: [],
      select: about.select,
      ...(starts && { starts_at: starts }),
      ends_at: until,
      ...(repeats && { repeats_until: repeats }),
      comment: comment.trim(),
    };
    silence.mutate(wish, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={alert ? "Silence" : "Plan a silence"} centered>
      <form onSubmit={submit} className={css.form}>
        <p className={css.text}>
          Alerts go on being raised and listed; nobody is told of them meanwhile. What still fires at its end
          is told then.
        </p>
        {alert ? (
          <Select
            label="What"
            allowDeselect={false}
            data={scopes.map(({ label }) => label)}
            value={scope}
            onChange={(value) => value && setScope(value)}
          />
        ) : (
          <OwnScope scope={own} onChange={setOwn} />
        )}
        {alert && (
          <SegmentedControl aria-label="How long" data={SPANS} value={span} onChange={setSpan} fullWidth />
        )}
        {!alert && (
          <MomentField label="From" description="Empty: from now on" value={starts} onChange={setStarts} />
        )}
        {span === "until" && <MomentField label="Until" value={ends} onChange={setEnds} />}
        {!alert && (
          <MomentField
            label="Every week until"
            description="Empty: once"
            value={repeats}
            onChange={setRepeats}
          />
        )}
        <Textarea
          label="Why"
          data-autofocus
          maxLength={1000}
          autosize
          minRows={2}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Outcome error={silence.error} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            leftSection={<Icon name="bellOff" />}
            loading={silence.isPending}
            disabled={!isReady}
          >
            Silence
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function OwnScope({ scope, onChange }: { scope: Scope; onChange: (scope: Scope) => void }) {
  const rules = useRules();
  const chargePoints = useChargePoints();
  const sites = [...new Set((chargePoints.data ?? []).flatMap(({ site }) => (site ? [site] : [])))].sort();
  const { select } = scope;
  return (
    <>
      <TagsInput
        label="Rules"
        description="Names, or patterns with * and ?; * is every rule"
        placeholder={scope.rules.length ? undefined : "All"}
        data={(rules.data ?? []).map(({ name }) => name)}
        value={scope.rules}
        onChange={(value) => onChange({ ...scope, rules: value })}
      />
      <TagsInput
        label="Charge points"
        placeholder={select.charge_points?.length ? undefined : "All"}
        data={(chargePoints.data ?? []).map(({ identifier }) => identifier)}
        limit={50}
        value={select.charge_points ?? []}
        onChange={(value) => onChange({ ...scope, select: { ...select, charge_points: value } })}
      />
      <TagsInput
        label="Sites"
        placeholder={select.sites?.length ? undefined : "All"}
        data={sites}
        value={select.sites ?? []}
        onChange={(value) => onChange({ ...scope, select: { ...select, sites: value } })}
      />
    </>
  );
}
