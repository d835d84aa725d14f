// One alert: what is wrong with whom, its figures, what it saw, what became of it, and taking it up.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { AcknowledgeDialog } from "../components/AcknowledgeDialog";
import { AlertFigures } from "../components/AlertFigures";
import { AlertStanding, SeverityMark } from "../components/AlertMark";
import { Subject } from "../components/AlertRows";
import { AlertSeen } from "../components/AlertSeen";
import { AlertTimeline } from "../components/AlertTimeline";
import { Icon } from "../components/icons";
import { NormalDialog } from "../components/NormalDialog";
import { Notice } from "../components/Notice";
import { SilenceDialog } from "../components/SilenceDialog";
import { Age, Waiting } from "../components/State";
import { useAlert } from "../data/alertQueries";
import { badWords, isRaised, partOf, ruleTitle, siteOf } from "../data/alerts";
import { Problem } from "../data/api";
import { proposalFor } from "../data/overrides";
import { useMe } from "../data/queries";
import { mayControl } from "../data/rights";
import { useRules } from "../data/ruleQueries";
import { useShownZone } from "../data/times";
import css from "./AlertPage.module.css";

export function AlertPage({ id }: { id: number }) {
  const [dialog, setDialog] = useState<"acknowledge" | "silence" | "normal" | null>(null);
  const close = () => setDialog(null);
  const me = useMe().data;
  const zone = useShownZone();
  const query = useAlert(id);
  const rules = useRules();
  const alert = query.data;
  if (query.error instanceof Problem && [404, 422].includes(query.error.status))
    return (
      <Notice icon="search" title="There is no such alert">
        Those that are over are kept for a time. <Link href="/alerts">All that are there</Link>
      </Notice>
    );
  if (!alert) return <Waiting query={query} what="The alert" rows={8} />;
  const entry = rules.data?.find(({ name }) => name === alert.rule);
  const isOnlyRule = entry === undefined || entry.rule.kind === "limit";
  return (
    <div className={css.page}>
      <header className={css.header}>
        <Link href="/alerts" className={css.back}>
          <Icon name="back" /> Alerts
        </Link>
        <div className={css.line}>
          <h1 className={css.title}>
            {ruleTitle(alert.rule)} <span className={css.bad}>{badWords(alert)}</span>
          </h1>
          <AlertStanding alert={alert} />
          {mayControl(me) && isRaised(alert) && (
            <div className={css.act}>
              {me?.role === "admin" && entry && proposalFor(alert, entry.rule) && (
                <Button
                  variant="default"
                  leftSection={<Icon name="check" />}
                  size="sm"
                  onClick={() => setDialog("normal")}
                >
                  Normal here
                </Button>
              )}
              <Button
                variant="default"
                leftSection={<Icon name="bellOff" />}
                size="sm"
                onClick={() => setDialog("silence")}
              >
                Silence
              </Button>
              {alert.state === "firing" && (
                <Button leftSection={<Icon name="hand" />} size="sm" onClick={() => setDialog("acknowledge")}>
                  Acknowledge
                </Button>
              )}
            </div>
          )}
        </div>
        <div className={css.facts}>
          <SeverityMark severity={alert.severity} />
          <span>
            <Subject alert={alert} />
            {partOf(alert) && ` · ${partOf(alert)}`}
            {siteOf(alert) && ` · ${siteOf(alert)}`}
          </span>
          {entry?.rule.text && <span className="muted">{entry.rule.text}</span>}
          {alert.hidden_by !== null && (
            <span>
              Hidden behind{" "}
              <Link href={`/alerts/${alert.hidden_by}`} className={css.link}>
                alert {alert.hidden_by}
              </Link>
              , which says more.
            </span>
          )}
        </div>
      </header>
      <Age query={query} />
      <AlertFigures alert={alert} zone={zone} />
      <AlertSeen alert={alert} zone={zone} hasLimit={isOnlyRule} />
      <AlertTimeline alert={alert} timeline={alert.timeline} zone={zone} />
      {dialog === "acknowledge" && <AcknowledgeDialog alert={alert} onClose={close} />}
      {dialog === "normal" && entry && <NormalDialog alert={alert} rule={entry.rule} onClose={close} />}
      {dialog === "silence" && <SilenceDialog alert={alert} onClose={close} />}
    </div>
  );
}
