// The channels by which people are told of alerts: set up, tried, switched off; for admins, because their settings hold secrets.
import { Button, Switch } from "@mantine/core";
import { useState } from "react";
import { AlertPages } from "../components/AlertPages";
import { ChannelDialog } from "../components/ChannelDialog";
import { ForOperators } from "../components/ForOperators";
import { Icon } from "../components/icons";
import { Notice } from "../components/Notice";
import { Age, Waiting } from "../components/State";
import { SEVERITY_NAMES } from "../data/alerts";
import {
  type Channel,
  kindName,
  targetOf,
  useChannels,
  useSaveChannel,
  useTestChannel,
} from "../data/channels";
import { useMe } from "../data/queries";
import css from "./ChannelsPage.module.css";
import page from "./ListPage.module.css";

export function ChannelsPage() {
  const isAdmin = useMe().data?.role === "admin";
  const channels = useChannels(isAdmin);
  const [opened, setOpened] = useState<Channel | "new" | null>(null);
  if (!isAdmin)
    return <ForOperators who="admins">It shows by which ways people are told of alerts.</ForOperators>;
  return (
    <div className={page.page}>
      <AlertPages>
        <Button
          className="push"
          size="xs"
          variant="default"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => setOpened("new")}
        >
          Add a channel
        </Button>
      </AlertPages>
      <Age query={channels} />
      <section className="panel" aria-label="Channels">
        <Waiting query={channels} what="The channels" rows={3} />
        {channels.data?.length === 0 && (
          <Notice icon="send" title="Nobody is told">
            Alerts are listed here. Add a channel, and people are told of them: by a webhook, by e-mail, over
            MQTT, or by one of the services that apprise knows.
          </Notice>
        )}
        <ul className={css.list}>
          {channels.data?.map((channel) => (
            <Row key={channel.name} channel={channel} onOpen={() => setOpened(channel)} />
          ))}
        </ul>
      </section>
      {opened && <ChannelDialog channel={opened === "new" ? null : opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

function Row({ channel, onOpen }: { channel: Channel; onOpen: () => void }) {
  const save = useSaveChannel();
  const test = useTestChannel();
  const error = save.error ?? test.error;
  return (
    <li className={css.row}>
      <Switch
        className={css.switch}
        size="sm"
        checked={channel.enabled}
        onChange={() => save.mutate({ ...channel, enabled: !channel.enabled })}
        aria-label={`${channel.name} is on`}
      />
      <div className={css.what}>
        <div className={css.name}>{channel.name}</div>
        <div className={css.target}>
          {[kindName(channel.kind), targetOf(channel)].filter(Boolean).join(" · ")}
        </div>
        <div className={css.outcome} role="status">
          {error && <span className={css.bad}>{error.message}</span>}
          {test.data?.state === "sent" && <span className={css.good}>The test has arrived.</span>}
          {test.data && test.data.state !== "sent" && (
            <span className={css.bad}>The test did not arrive: {test.data.error}</span>
          )}
        </div>
      </div>
      <div className={css.when}>
        {SEVERITY_NAMES[channel.severity]} on
        <div className="muted">{channel.default ? "of every rule" : "of rules that name it"}</div>
      </div>
      <div className={css.act}>
        <Button
          size="xs"
          variant="default"
          loading={test.isPending}
          onClick={() => test.mutate(channel.name)}
        >
          Send a test
        </Button>
        <Button size="xs" variant="default" onClick={onOpen} aria-label={`Change ${channel.name}`}>
          Change
        </Button>
      </div>
    </li>
  );
}
