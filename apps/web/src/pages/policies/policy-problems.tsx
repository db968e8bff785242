import { Alert, Code, List, Text } from '@mantine/core';
import type { PolicyFileView } from '@navette/contracts';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useI18n } from '../../i18n/i18n.tsx';
import { stateLabels } from './policy-state.ts';

/** What is wrong with a policy file, and what that means for code. Nothing for a file in force. */
export function PolicyProblems({ file }: { file: PolicyFileView }) {
  const { t } = useI18n();
  if (file.state === 'in-force') return null;
  return (
    <Alert
      variant="light"
      color={file.state === 'broken' ? 'red' : 'yellow'}
      icon={<IconAlertTriangle size={18} />}
      title={`${file.file}: ${t(stateLabels[file.state])}`}
      role="group"
      py="xs"
      style={{ overflowWrap: 'anywhere' }}
    >
      <List size="sm" spacing={4}>
        {file.problems.map(({ field, message, help }) => (
          <List.Item key={`${field} ${message}`}>
            {field !== '' && <Code>{field}</Code>} {message}
            {help !== '' && (
              <Text size="sm" c="dimmed">
                {help}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
