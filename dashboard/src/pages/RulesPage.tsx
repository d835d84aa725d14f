// The alert rules: which there are, what each looks for, and the switch that turns one off.
import { Button, Switch } from "@mantine/core";
import { Link } from "wouter";
import { SeverityMark } from "../components/AlertMark";
import { AlertPages } from "../components/AlertPages";
import { Icon } from "../components/icons";
import { Age, Waiting } from "../components/State";
import { useRaisedAlerts } from "../data/alertQueries";
import { ruleTitle } from "../data/alerts";
import { useMe } from "../data/queries";
import { useRules, useSaveRule } from "../data/ruleQueries";
import { originOf, type RuleEntry, ruleWords } from "../data/rules";
import css from "./RulesPage.module.css";

export function RulesPage() {
  const me = useMe().data;
  const rules = useRules();
  const raised = useRaisedAlerts();
  const save = useSaveRule();
  const isAdmin = me?.role === "admin";
  const open = new Map<string, number>();
  for (const { rule } of raised.data ?? []) open.set(rule, (open.get(rule) ?? 0) + 1);
  return (
    <div className={css.page}>
      <AlertPages>
        {isAdmin && (
          <Button
            className="push"
            size="xs"
            variant="default"
            leftSection={<Icon name="plus" size={14} />}
            component={Link}
            href="/alerts/rules/new"
          >
            Write a rule
          </Button>
        )}
      </AlertPages>
      <Age query={rules} />
      {save.error && (
        <p className={css.refused} role="alert">
          <Icon name="fault" /> {save.error.message}
        </p>
      )}
      <section className="panel" aria-label="Rules">
        <Waiting query={rules} what="The rules" rows={10} />
        <ul className={css.list}>
          {rules.data?.map((entry) => (
            <Row
              key={entry.name}
              entry={entry}
              open={open.get(entry.name) ?? 0}
              onSwitch={isAdmin ? () => save.mutate({ ...entry.rule, enabled: !entry.enabled }) : undefined}
            />
          ))}
        </ul>
      </section>
    </div>
  );
}

interface Props {
  entry: RuleEntry;
  /** How many alerts of it are open. */
  open: number;
  onSwitch: (() => void) | undefined;
}

function Row({ entry, open, onSwitch }: Props) {
  const { name, enabled, rule } = entry;
  const origin = originOf(entry);
  return (
    <li className={css.row} data-off={!enabled || undefined}>
      <Switch
        className={css.switch}
        size="sm"
        checked={enabled}
        disabled={!onSwitch}
        onChange={onSwitch}
        aria-label={`${ruleTitle(name)} is on`}
      />
      <div className={css.what}>
        <Link href={`/alerts/rules/${name}`} className={css.title}>
          {ruleTitle(name)}
        </Link>
        {rule.text && <div className={css.text}>{rule.text}</div>}
        <div className={css.words}>{ruleWords(rule)}</div>
      </div>
      <div className={css.severity}>
        <SeverityMark severity={rule.severity ?? "warning"} />
      </div>
      <span className={css.origin} data-own={origin !== "Ready-made" || undefined}>
        {origin}
      </span>
      <div className={css.open}>
        {open > 0 && (
          <Link href={`/alerts?rule=${name}`} className={css.count}>
            {open} open
          </Link>
        )}
      </div>
    </li>
  );
}
