// API keys: what each may, until when, and when it was used last; made and revoked by admins.
import { ActionIcon, Button } from "@mantine/core";
import { useState } from "react";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Icon } from "../components/icons";
import { KeyDialog } from "../components/KeyDialog";
import { Notice } from "../components/Notice";
import { PeoplePages } from "../components/PeoplePages";
import { Scroll } from "../components/Scroll";
import { Age, Waiting } from "../components/State";
import table from "../components/Table.module.css";
import { type ApiKey, KEY_OF_SETTINGS, scopeWords } from "../data/people";
import { useApiKeys, useRevokeKey } from "../data/peopleQueries";
import { useBrowserNow } from "../live/now";
import { moment } from "../units";
import css from "./AlertsPage.module.css";

export function KeysPage() {
  const keys = useApiKeys();
  const revoke = useRevokeKey();
  const [isMaking, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey | null>(null);
  const close = () => {
    setLeaving(null);
    revoke.reset();
  };
  return (
    <div className={css.page}>
      <PeoplePages
        action={
          <Button size="xs" leftSection={<Icon name="plus" />} onClick={() => setMaking(true)}>
            Make a key
          </Button>
        }
      >
        <Age query={keys} />
        <section className="panel" aria-label="API keys">
          <Waiting query={keys} what="The keys" />
          {keys.data?.length === 0 && (
            <Notice icon="lock" title="There are no keys">
              Programs ask with one; each its own, so that it can be taken back alone.
            </Notice>
          )}
          {keys.data && keys.data.length > 0 && <Keys keys={keys.data} onRevoke={setLeaving} />}
        </section>
        {isMaking && <KeyDialog onClose={() => setMaking(false)} />}
        {leaving && (
          <ConfirmDialog
            title={`Revoke ${leaving.name}`}
            verb="Revoke"
            request={revoke}
            onConfirm={() => revoke.mutate(leaving.id, { onSuccess: close })}
            onClose={close}
          >
            Whatever asks with this key is refused from now on.
          </ConfirmDialog>
        )}
      </PeoplePages>
    </div>
  );
}

function Keys({ keys, onRevoke }: { keys: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const now = useBrowserNow();
  return (
    <Scroll label="All API keys">
      <table className={table.table}>
        <thead>
          <tr>
            <th>Name</th>
            <th>Role</th>
            <th>Sees</th>
            <th>Expires</th>
            <th>Last used</th>
            <th>Made by</th>
            <th data-right>Revoke</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <td>
                <strong>{key.name}</strong>
              </td>
              <td>{key.role}</td>
              <td>{scopeWords(key.scope)}</td>
              <td>{key.expired ? "expired" : key.expires_at ? moment(key.expires_at, now) : "never"}</td>
              <td>{key.last_used_at ? moment(key.last_used_at, now) : "never"}</td>
              <td>{key.created_by ?? "the settings"}</td>
              <td data-right>
                {key.name !== KEY_OF_SETTINGS && (
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    aria-label={`${key.name}: revoke`}
                    onClick={() => onRevoke(key)}
                  >
                    <Icon name="close" />
                  </ActionIcon>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
