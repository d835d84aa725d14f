// One charging profile that is kept: written, changed, forgotten, and drawn as it is written.
import { Button, Group } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { ScheduleChart } from "../charts/ScheduleChart";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { InstallDialog } from "../components/InstallDialog";
import { Icon } from "../components/icons";
import { Notice } from "../components/Notice";
import { ProfileFields } from "../components/ProfileForm";
import form from "../components/RuleForm.module.css";
import { Waiting } from "../components/State";
import { useForgetProfile, useKeepProfile, useKeptProfiles } from "../data/profileQueries";
import { complaintsIn, draftOf, isProfile, type KeptProfile, newDraft, profileOf } from "../data/profiles";
import { useMe } from "../data/queries";
import { mayControl, operatesAll } from "../data/rights";
import { ofProfile } from "../data/schedules";
import { useNow } from "../live/now";
import css from "./RulePage.module.css";

export function ProfilePage({ name }: { name: string }) {
  const kept = useKeptProfiles();
  const entry = kept.data?.find((each) => each.name === name);
  if (!kept.data)
    return (
      <section className="panel">
        <Waiting query={kept} what="The profile" rows={8} />
      </section>
    );
  if (!entry && name !== "new")
    return (
      <Notice icon="search" title="There is no such profile">
        It may have been forgotten. <Link href="/profiles">All that are kept</Link>
      </Notice>
    );
  const next = Math.max(0, ...kept.data.map(({ profile }) => profile.chargingProfileId)) + 1;
  return <Editor entry={entry} next={next} />;
}

function Editor({ entry, next }: { entry: KeptProfile | undefined; next: number }) {
  const me = useMe().data;
  const [, go] = useLocation();
  const now = useNow();
  const [draft, setDraft] = useState(() => (entry ? draftOf(entry) : newDraft(next)));
  const [tried, setTried] = useState(false);
  const [dialog, setDialog] = useState<"forget" | "install" | null>(null);
  const keep = useKeepProfile();
  const forget = useForgetProfile();
  const mayWrite = operatesAll(me);
  const made = profileOf(draft);
  const refused = keep.error ? complaintsIn(keep.error.message) : {};
  const wrong = { ...refused, ...(tried && !isProfile(made) ? made : {}) };
  const drawn = isProfile(made) ? ofProfile(made, Math.floor(now / 60_000) * 60_000) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const name = draft.name.trim();
    if (isProfile(made) && name)
      keep.mutate(
        { name, profile: made },
        { onSuccess: (saved) => !entry && go(`/profiles/${encodeURIComponent(saved.name)}`) },
      );
  };
  return (
    <div className={css.page}>
      <header className={css.header}>
        <Link href="/profiles" className={css.back}>
          <Icon name="back" /> Profiles
        </Link>
        <h1 className={css.title}>{entry ? entry.name : "A new profile"}</h1>
      </header>
      <div className={css.columns}>
        <form className={`panel ${form.form}`} onSubmit={submit} aria-label="Profile" noValidate>
          <fieldset className={form.fields} disabled={!mayWrite}>
            <ProfileFields
              isNew={!entry}
              draft={draft}
              wrong={wrong}
              onChange={(changed) => {
                setDraft(changed);
                keep.reset();
              }}
            />
          </fieldset>
          <div role="status">
            {refused[""] && <Notice icon="fault" title={refused[""]} />}
            {keep.isSuccess && (
              <span className={form.saved}>Kept. Charge points that hold it keep what they were sent.</span>
            )}
          </div>
          <Group justify="flex-end">
            {entry && mayWrite && (
              <Button variant="default" onClick={() => setDialog("forget")}>
                Forget it
              </Button>
            )}
            {entry && mayControl(me) && (
              <Button
                variant="default"
                leftSection={<Icon name="send" size={14} />}
                onClick={() => setDialog("install")}
              >
                Install
              </Button>
            )}
            {mayWrite && (
              <Button type="submit" loading={keep.isPending} disabled={!draft.name.trim()}>
                Keep
              </Button>
            )}
          </Group>
        </form>
        <section className="panel" aria-label="As it is written">
          <div className="panel-head">
            <h2 className="panel-title">As it is written</h2>
          </div>
          <div style={{ padding: "0 8px 10px" }}>
            {drawn ? (
              <ScheduleChart
                title="Limit"
                unit={drawn.unit}
                lines={[{ name: "Limit", schedule: drawn }]}
                from={drawn.from}
                to={drawn.to}
              />
            ) : (
              <Notice icon="edit" title="Not complete yet" />
            )}
          </div>
        </section>
      </div>
      {dialog === "install" && entry && <InstallDialog name={entry.name} onClose={() => setDialog(null)} />}
      {dialog === "forget" && entry && (
        <ConfirmDialog
          title={`Forget ${entry.name}`}
          verb="Forget it"
          request={forget}
          onConfirm={() => forget.mutate(entry.name, { onSuccess: () => go("/profiles") })}
          onClose={() => setDialog(null)}
        >
          Charge points that hold it keep it until it is cleared there.
        </ConfirmDialog>
      )}
    </div>
  );
}
