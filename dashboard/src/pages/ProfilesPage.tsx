// Charging profiles that are kept by name: what each limits, and the way to install one.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { CsvLink } from "../components/CsvLink";
import { InstallDialog } from "../components/InstallDialog";
import { Icon } from "../components/icons";
import { Notice } from "../components/Notice";
import { Scroll } from "../components/Scroll";
import { Age, Waiting } from "../components/State";
import table from "../components/Table.module.css";
import { fileOf } from "../data/api";
import { useKeptProfiles } from "../data/profileQueries";
import { kindInWords, limitsInWords, purposeName } from "../data/profiles";
import { useMe } from "../data/queries";
import { mayControl, operatesAll } from "../data/rights";
import { useNow } from "../live/now";
import { moment } from "../units";
import css from "./ListPage.module.css";

export function ProfilesPage() {
  const me = useMe().data;
  const now = useNow();
  const kept = useKeptProfiles();
  const [installing, setInstalling] = useState<string | null>(null);
  const mayInstall = mayControl(me);
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1 className={css.title}>Charging profiles</h1>
        <span className="push">
          <CsvLink href={fileOf("charging-profiles", {})} />
        </span>
        {operatesAll(me) && (
          <Button
            size="xs"
            component={Link}
            href="/profiles/new"
            leftSection={<Icon name="plus" size={14} />}
          >
            Add a profile
          </Button>
        )}
      </div>
      <section className="panel" aria-label="Charging profiles">
        <Age query={kept} />
        <Waiting query={kept} what="The profiles" />
        {kept.data?.length === 0 && (
          <Notice icon="bolt" title="No profile is kept yet">
            A profile says how much a connector, a session or a charge point may take, and when. What a charge
            point holds stands on its own page.
          </Notice>
        )}
        {kept.data && kept.data.length > 0 && (
          <Scroll label="Charging profiles, one by one">
            <table className={table.table}>
              <thead>
                <tr>
                  <th>Name</th>
                  <th>How much</th>
                  <th>When</th>
                  <th>Limits</th>
                  <th data-right>Level</th>
                  <th data-right>Number</th>
                  <th>Changed</th>
                  {mayInstall && <th aria-label="What to do" />}
                </tr>
              </thead>
              <tbody>
                {kept.data.map(({ name, profile, updated_at }) => (
                  <tr key={name}>
                    <td>
                      <Link href={`/profiles/${encodeURIComponent(name)}`}>{name}</Link>
                    </td>
                    <td>{limitsInWords(profile)}</td>
                    <td>{kindInWords(profile)}</td>
                    <td>{purposeName(profile.chargingProfilePurpose)}</td>
                    <td data-right>{profile.stackLevel}</td>
                    <td data-right>{profile.chargingProfileId}</td>
                    <td className="muted">{moment(updated_at, now)}</td>
                    {mayInstall && (
                      <td data-right>
                        <Button
                          size="compact-xs"
                          variant="default"
                          aria-label={`Install ${name}`}
                          onClick={() => setInstalling(name)}
                        >
                          Install
                        </Button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </section>
      {installing && <InstallDialog name={installing} onClose={() => setInstalling(null)} />}
    </div>
  );
}
