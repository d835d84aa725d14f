// What a channel says in words of its own, and what an example of that looks like.
import { Button, Textarea, TextInput } from "@mantine/core";
import { type Channel, usePreview } from "../data/channels";
import css from "./Dialog.module.css";

interface Props {
  channel: Channel;
  errorAt: (field: string) => string | undefined;
  onChange: (part: Partial<Channel>) => void;
}

export function ChannelWords({ channel, errorAt, onChange }: Props) {
  const preview = usePreview();
  const said = preview.data;
  return (
    <details className={css.details} open={Boolean(channel.subject || channel.body) || undefined}>
      <summary>Words of its own</summary>
      <TextInput
        label="Subject"
        description="$severity, $rule, $charge_point, $value … stand in it; empty: ours"
        value={channel.subject ?? ""}
        error={errorAt("subject")}
        onChange={(event) => onChange({ subject: event.currentTarget.value })}
      />
      <Textarea
        label="Body"
        description={channel.kind === "webhook" ? 'JSON, as {"text": "$text"}; empty: ours' : "Empty: ours"}
        autosize
        minRows={2}
        value={channel.body ?? ""}
        error={errorAt("body")}
        onChange={(event) => onChange({ body: event.currentTarget.value })}
      />
      <Button size="xs" variant="default" loading={preview.isPending} onClick={() => preview.mutate(channel)}>
        What would it say?
      </Button>
      {preview.error && <span className={css.refused}>{preview.error.message}</span>}
      {said && <pre className={css.answer}>{said.raw ?? `${said.subject}\n\n${said.text}`}</pre>}
    </details>
  );
}
