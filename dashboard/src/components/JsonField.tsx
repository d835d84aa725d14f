// An object written as JSON. While it is none, that is said; the text is what is sent then, which the server refuses.
import { Textarea, type TextareaProps } from "@mantine/core";
import { useState } from "react";

interface Props extends Omit<TextareaProps, "value" | "onChange"> {
  value: unknown;
  onChange: (value: unknown) => void;
}

export function JsonField({ value, onChange, error, ...shared }: Props) {
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const [wrong, setWrong] = useState<string | null>(null);
  const change = (next: string) => {
    setText(next);
    try {
      onChange(next.trim() ? JSON.parse(next) : null);
      setWrong(null);
    } catch (refused) {
      onChange(next);
      setWrong(`No JSON: ${(refused as Error).message}`);
    }
  };
  return (
    <Textarea
      {...shared}
      autosize
      minRows={2}
      spellCheck={false}
      value={text}
      error={wrong ?? error}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
