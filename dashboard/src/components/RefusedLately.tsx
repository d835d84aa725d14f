// On the page of a charge point that is not connected: that it tried, and why it was not let in.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { type Knocked, useKnocksOf } from "../data/quarantine";
import { AdoptDialog } from "./AdoptDialog";
import { KnockedRow } from "./KnockedRow";
import rows from "./KnockedRow.module.css";

export function RefusedLately({ identifier, enabled }: { identifier: string; enabled: boolean }) {
  const [asked, setAsked] = useState<Knocked | null>(null);
  const knocks = useKnocksOf(identifier, enabled);
  if (!enabled || !knocks.data?.length) return null;
  return (
    <section className="panel" aria-label="Refused at the door">
      <div className="panel-head">
        <h2 className="panel-title">It tried to connect and was refused</h2>
        <Button className="push" component={Link} href="/quarantine" size="xs" variant="default">
          All in quarantine
        </Button>
      </div>
      <ul className={rows.list}>
        {knocks.data.map((one) => (
          <KnockedRow key={one.reason} knocked={one} onAdopt={() => setAsked(one)} />
        ))}
      </ul>
      {asked && <AdoptDialog identifier={identifier} knocked={asked} onClose={() => setAsked(null)} />}
    </section>
  );
}
