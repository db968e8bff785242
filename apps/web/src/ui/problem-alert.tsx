import { Alert, Code, List, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type ProblemText, useProblemText } from './problem-text.ts';

/** A refusal beside the form it belongs to. Renders nothing without one. */
export function ProblemAlert({ error, children }: { error: unknown; children?: ReactNode }) {
  const toText = useProblemText();
  if (error === undefined || error === null) return null;
  const text = toText(error);
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} title={text.title} role="alert">
      <ProblemDetails text={text} />
      {children}
    </Alert>
  );
}

const issueLimit = 8;

export function ProblemDetails({ text }: { text: ProblemText }) {
  return (
    <Stack gap={6}>
      {text.help && <Text size="sm">{text.help}</Text>}
      {text.issues.length > 0 && (
        <List size="sm" spacing={2}>
          {text.issues.slice(0, issueLimit).map((issue) => (
            <List.Item key={`${issue.path} ${issue.message}`}>
              {issue.path !== '' && <Code>{issue.path}</Code>} {issue.message}
            </List.Item>
          ))}
        </List>
      )}
      {text.detail && text.detail !== text.title && (
        <Text size="xs" c="dimmed">
          {text.detail}
        </Text>
      )}
      {text.code && (
        <Text size="xs" c="dimmed" ff="monospace">
          {text.code}
        </Text>
      )}
    </Stack>
  );
}
