// One alert rule: written, changed, tried on what is stored, taken back.
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { BackTestPanel } from "../components/BackTestPanel";
import { Icon } from "../components/icons";
import { Notice } from "../components/Notice";
import { RuleForm } from "../components/RuleForm";
import { Waiting } from "../components/State";
import { ruleTitle } from "../data/alerts";
import { useMe } from "../data/queries";
import { operatesAll } from "../data/rights";
import { useRules } from "../data/ruleQueries";
import { draftOf, originOf, type Rule, type RuleEntry, ruleOf } from "../data/rules";
import css from "./RulePage.module.css";

const NEW: Rule = { name: "", kind: "limit", signal: "Power.Active.Import" };

export function RulePage({ name }: { name: string }) {
  const rules = useRules();
  const isNew = name === "new";
  const entry = rules.data?.find((each) => each.name === name);
  if (!rules.data)
    return (
      <section className="panel">
        <Waiting query={rules} what="The rule" rows={8} />
      </section>
    );
  if (!entry && !isNew)
    return (
      <Notice icon="search" title="There is no such rule">
        It may have been taken away. <Link href="/alerts/rules">All that are there</Link>
      </Notice>
    );
  return <Editor entry={entry} />;
}

function Editor({ entry }: { entry: RuleEntry | undefined }) {
  const me = useMe().data;
  const [, go] = useLocation();
  const [draft, setDraft] = useState(() => draftOf(entry?.rule ?? NEW));
  const made = ruleOf(draft);
  return (
    <div className={css.page}>
      <header className={css.header}>
        <Link href="/alerts/rules" className={css.back}>
          <Icon name="back" /> Rules
        </Link>
        <h1 className={css.title}>{entry ? ruleTitle(entry.name) : "A rule of one's own"}</h1>
        {entry && <span className="muted">{originOf(entry)}</span>}
      </header>
      <div className={css.columns}>
        <RuleForm
          entry={entry}
          draft={draft}
          onChange={setDraft}
          mayWrite={me?.role === "admin"}
          onSaved={({ name }) => !entry && go(`/alerts/rules/${name}`)}
          onRemoved={(restored) => (restored ? setDraft(draftOf(restored.rule)) : go("/alerts/rules"))}
        />
        {operatesAll(me) && (
          <BackTestPanel
            rule={typeof made === "string" ? null : made}
            onWait={(for_s) => setDraft({ ...draft, rule: { ...draft.rule, for_s } })}
          />
        )}
      </div>
    </div>
  );
}
