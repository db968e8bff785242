import { Textarea } from '@mantine/core';

interface CommentInputProps {
  label: string;
  help: string;
  value: string;
  /** The field grows between them. */
  rows: readonly [least: number, most: number];
  onChange(value: string): void;
}

/** What a person says with a decision, as long as the server takes it. */
export function CommentInput({ label, help, value, rows, onChange }: CommentInputProps) {
  return (
    <Textarea
      label={label}
      description={help}
      autosize
      minRows={rows[0]}
      maxRows={rows[1]}
      maxLength={5_000}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
