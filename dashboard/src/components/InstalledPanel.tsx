// The charging profiles that a charge point is believed to hold, where each came from, and the ways to send and clear one.
import { Button, Group, Modal } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { actionInWords } from "../data/commandWords";
import type { KeptProfile } from "../data/profiles";
import { type InstalledProfile, kindInWords, limitsInWords, originOf, purposeName } from "../data/profiles";
import { useNow } from "../live/now";
import { useCommand } from "../live/useCommand";
import { moment } from "../units";
import { CommandOutcome } from "./CommandOutcome";
import dialogCss from "./Dialog.module.css";
import { InstallDialog } from "./InstallDialog";
import { Icon } from "./icons";
import { Notice } from "./Notice";
import { Scroll } from "./Scroll";
import css from "./Table.module.css";

interface Props {
  identifier: string;
  connected: boolean;
  held: InstalledProfile[] | undefined;
  kept: KeptProfile[];
  mayControl: boolean;
}

type Asked = { kind: "install" } | { kind: "clear"; one: InstalledProfile | null } | null;

export function InstalledPanel({ identifier, connected, held, kept, mayControl }: Props) {
  const now = useNow();
  const [dialog, setDialog] = useState<Asked>(null);
  return (
    <section className="panel" aria-label="Profiles it holds">
      <div className="panel-head">
        <h2 className="panel-title">Profiles it holds</h2>
        <span className="muted">as far as it has accepted them</span>
        {mayControl && (
          <Group gap={8} className="push">
            <Button
              size="xs"
              variant="default"
              disabled={!connected}
              onClick={() => setDialog({ kind: "clear", one: null })}
            >
              Clear all
            </Button>
            <Button size="xs" disabled={!connected} onClick={() => setDialog({ kind: "install" })}>
              Install
            </Button>
          </Group>
        )}
      </div>
      {held?.length === 0 && (
        <Notice icon="bolt" title="None that we know of">
          OCPP 1.6 has no way to ask for them: these are those that were sent from here.
        </Notice>
      )}
      {held && held.length > 0 && (
        <Scroll label="Profiles it holds, one by one">
          <table className={css.table}>
            <thead>
              <tr>
                <th>For</th>
                <th>How much</th>
                <th>When</th>
                <th>Limits</th>
                <th data-right>Level</th>
                <th>Profile</th>
                <th>Sent</th>
                {mayControl && <th aria-label="What to do" />}
              </tr>
            </thead>
            <tbody>
              {held.map((one) => (
                <tr key={`${one.connector_id} ${one.charging_profile_id}`}>
                  <td>{one.connector_id === 0 ? "all of it" : `connector ${one.connector_id}`}</td>
                  <td>{limitsInWords(one.profile)}</td>
                  <td>{kindInWords(one.profile)}</td>
                  <td>
                    {one.session_id ? (
                      <Link href={`/sessions/${one.session_id}`}>One session</Link>
                    ) : (
                      purposeName(one.purpose)
                    )}
                  </td>
                  <td data-right>{one.stack_level}</td>
                  <td>
                    <Origin one={one} kept={kept} />
                  </td>
                  <td className="muted">
                    {moment(one.installed_at, now)}
                    {one.asked_by && ` by ${one.asked_by}`}
                    {one.action && one.action !== "SetChargingProfile" && `, ${actionInWords(one.action)}`}
                  </td>
                  {mayControl && (
                    <td data-right>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={`Clear profile ${one.charging_profile_id}`}
                        disabled={!connected}
                        onClick={() => setDialog({ kind: "clear", one })}
                      >
                        Clear
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {dialog?.kind === "install" && (
        <InstallDialog identifier={identifier} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === "clear" && (
        <ClearDialog identifier={identifier} one={dialog.one} onClose={() => setDialog(null)} />
      )}
    </section>
  );
}

function Origin({ one, kept }: { one: InstalledProfile; kept: KeptProfile[] }) {
  const origin = originOf(one, kept);
  if (!origin) return <span className="muted">number {one.charging_profile_id}, not kept here</span>;
  return (
    <>
      <Link href={`/profiles/${encodeURIComponent(origin.name)}`}>{origin.name}</Link>
      {origin.changed && <span className="muted">, kept otherwise now</span>}
    </>
  );
}

interface ClearProps {
  identifier: string;
  /** Null: all. */
  one: InstalledProfile | null;
  onClose: () => void;
}

function ClearDialog({ identifier, one, onClose }: ClearProps) {
  const clear = useCommand(identifier, "charging-profiles/clear");
  return (
    <Modal opened onClose={onClose} title={one ? "Clear the profile" : "Clear all profiles"} centered>
      <div className={dialogCss.form}>
        <p className={dialogCss.text}>
          {one
            ? `${identifier} is asked to drop profile number ${one.charging_profile_id}: ${limitsInWords(one.profile)}.`
            : `${identifier} is asked to drop every profile that it holds, also those that nobody here knows of.`}
        </p>
        <CommandOutcome {...clear} />
        <Group justify="flex-end" mt={4}>
          <Button variant="default" onClick={onClose}>
            {clear.command ? "Close" : "Cancel"}
          </Button>
          <Button
            color="red"
            data-autofocus
            leftSection={<Icon name="send" />}
            loading={clear.sending}
            onClick={() => clear.send(one ? { id: one.charging_profile_id } : {})}
          >
            {clear.command ? "Ask again" : "Clear"}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
