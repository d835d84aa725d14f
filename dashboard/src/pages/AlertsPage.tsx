// Every alert: those that are open by how grave they are, moving by themselves; those that are over, page by page.
import { useState } from "react";
import { AcknowledgeDialog } from "../components/AcknowledgeDialog";
import { AlertFilters, useAsked } from "../components/AlertFilters";
import { SeverityMark } from "../components/AlertMark";
import { AlertPages } from "../components/AlertPages";
import { AlertRows } from "../components/AlertRows";
import { CsvLink } from "../components/CsvLink";
import { More } from "../components/More";
import { Notice } from "../components/Notice";
import { Age, Waiting } from "../components/State";
import { alertsFile, MOST_ALERTS, useAlertList, useRaisedAlerts } from "../data/alertQueries";
import { type Alert, fitting, inOrder, SEVERITIES } from "../data/alerts";
import { useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { useRules } from "../data/ruleQueries";
import css from "./AlertsPage.module.css";

export function AlertsPage() {
  const [asked, change] = useAsked();
  const [taken, setTaken] = useState<Alert | null>(null);
  const me = useMe().data;
  const rules = useRules();
  const isOpen = asked.state === "open";
  const raised = useRaisedAlerts();
  const list = useAlertList(asked, !isOpen);
  const query = isOpen ? raised : list;
  const alerts = isOpen ? raised.data && inOrder(fitting(raised.data, asked)) : list.items;
  const isFiltered = asked.severity !== null || asked.rule !== null || asked.charge_point !== null;
  // Who may not see the rules is offered those whose alerts there are.
  const seen = [...(raised.data ?? []), ...(list.items ?? [])].map(({ rule }) => rule);
  const known = [...new Set([...(rules.data ?? []).map(({ name }) => name), ...seen])].sort();
  const onAcknowledge = mayControl(me) ? setTaken : undefined;

  return (
    <div className={css.page}>
      <AlertPages />
      <div className={css.filters}>
        <AlertFilters asked={asked} onChange={change} rules={known} />
        <span className="push">
          <CsvLink href={alertsFile(asked)} />
        </span>
      </div>
      <Age query={query} />
      {alerts === undefined && (
        <section className="panel">
          <Waiting query={query} what="The alerts" />
        </section>
      )}
      {alerts?.length === 0 && (
        <section className="panel">
          <Nothing state={asked.state} isFiltered={isFiltered} />
        </section>
      )}
      {isOpen &&
        SEVERITIES.map((severity) => {
          const those = (alerts ?? []).filter((alert) => alert.severity === severity);
          if (those.length === 0) return null;
          return (
            <section key={severity} className="panel" aria-label={`Open, ${severity}`}>
              <div className="panel-head">
                <h2 className="panel-title">
                  <SeverityMark severity={severity} />
                </h2>
                <span className="muted tabular">{those.length}</span>
              </div>
              <AlertRows alerts={those} onAcknowledge={onAcknowledge} />
            </section>
          );
        })}
      {isOpen && (raised.data?.length ?? 0) >= MOST_ALERTS && (
        <p className="muted">Only the newest {MOST_ALERTS} are held here; the file has all of them.</p>
      )}
      {!isOpen && alerts && alerts.length > 0 && (
        <section className="panel" aria-label="Alerts">
          <AlertRows alerts={alerts} onAcknowledge={asked.state === "all" ? onAcknowledge : undefined} />
          <More list={list} />
        </section>
      )}
      {taken && <AcknowledgeDialog alert={taken} onClose={() => setTaken(null)} />}
    </div>
  );
}

function Nothing({ state, isFiltered }: { state: string; isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Notice icon="search" title="Nothing matches">
        No alert fits these filters.
      </Notice>
    );
  if (state === "open")
    return (
      <Notice icon="available" title="Nothing is wrong">
        What the rules find stands here the moment it fires.
      </Notice>
    );
  if (state === "pending")
    return (
      <Notice icon="clock" title="Nothing is pending">
        What is wrong, but not yet for as long as its rule says, stands here.
      </Notice>
    );
  return (
    <Notice icon="bell" title="No alert yet">
      What has fired stays here after it is over.
    </Notice>
  );
}
