import { Alert, List } from '@mantine/core';
import type { CodeIssue, WorkflowDefinition } from '@navette/contracts';
import { IconCode } from '@tabler/icons-react';
import { useI18n } from '../../i18n/i18n.tsx';

interface CodeIssuesProps {
  issues: readonly CodeIssue[] | undefined;
  definition: WorkflowDefinition;
}

const shown = 5;

/** What saving found out about the code of nodes: the draft is kept, and with an error in it not published. */
export function CodeIssues({ issues = [], definition }: CodeIssuesProps) {
  const { t } = useI18n();
  if (issues.length === 0) return null;
  const names = new Map(definition.nodes.map(({ id, name }) => [id, name]));
  const hasErrors = issues.some(({ severity }) => severity === 'error');
  return (
    <Alert
      variant="light"
      color={hasErrors ? 'red' : 'yellow'}
      icon={<IconCode size={18} />}
      title={hasErrors ? t('editor.codeErrors') : t('editor.codeWarnings')}
      role="status"
      py="xs"
      radius={0}
    >
      <List size="sm" spacing={2}>
        {issues.slice(0, shown).map((issue) => (
          <List.Item key={`${issue.path} ${issue.line} ${issue.code}`} style={{ overflowWrap: 'anywhere' }}>
            <strong>{names.get(issue.nodeId) ?? issue.nodeId}</strong>
            {toPlace(t, issue)} {issue.message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function toPlace(t: ReturnType<typeof useI18n>['t'], { line, column }: CodeIssue): string {
  if (line === undefined) return '';
  return ` (${column === undefined ? t('editor.line', { line }) : t('editor.lineColumn', { line, column })})`;
}
