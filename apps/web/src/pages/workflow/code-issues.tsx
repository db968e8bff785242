import { Alert, Anchor, Button } from '@mantine/core';
import type { CodeIssue, WorkflowDefinition } from '@navette/contracts';
import { IconCode } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import classes from './code-issues.module.css';

interface CodeIssuesProps {
  issues: readonly CodeIssue[];
  definition: WorkflowDefinition;
}

const shownAtFirst = 2;

/** What is wrong with the code of the saved draft, each with the way to its node. */
export function CodeIssues({ issues, definition }: CodeIssuesProps) {
  const { t } = useI18n();
  const [isWhole, setWhole] = useState(false);
  if (issues.length === 0) return null;
  const errors = issues.filter(({ severity }) => severity === 'error');
  const names = new Map(definition.nodes.map(({ id, name }) => [id, name]));
  const sorted = [...errors, ...issues.filter(({ severity }) => severity !== 'error')];
  const title = errors.length > 0 ? t('code.errors', { count: errors.length }) : t('code.warnings');
  return (
    <Alert
      variant="light"
      color={errors.length > 0 ? 'red' : 'yellow'}
      icon={<IconCode size={18} />}
      title={title}
      role="region"
      aria-label={title}
      py="xs"
      radius={0}
    >
      <ul className={classes['list']}>
        {sorted.slice(0, isWhole ? undefined : shownAtFirst).map((issue) => (
          <Issue
            key={`${issue.path} ${issue.line} ${issue.column} ${issue.message}`}
            issue={issue}
            nodeName={names.get(issue.nodeId) ?? issue.nodeId}
          />
        ))}
      </ul>
      {issues.length > shownAtFirst && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          mt={4}
          ml={-8}
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? t('code.fewer') : t('code.all', { count: issues.length })}
        </Button>
      )}
    </Alert>
  );
}

function Issue({ issue, nodeName }: { issue: CodeIssue; nodeName: string }) {
  const i18n = useI18n();
  const navigate = useNavigate({ from: '/workflows/$workflowId' });
  const { title, help, detail } = toProblemText(issue, i18n);
  const show = () =>
    void navigate({
      search: ({ execution: _, ...old }) => ({ ...old, tab: 'canvas', node: issue.nodeId }),
      replace: true,
    });
  return (
    <li>
      <Anchor component="button" type="button" inherit c="inherit" fw={600} underline="always" onClick={show}>
        {nodeName}
      </Anchor>{' '}
      {[title, help, detail === title ? undefined : detail].filter(Boolean).map(asSentence).join(' ')}
    </li>
  );
}

function asSentence(text: string | undefined): string {
  return /[.!?…]$/.test(text ?? '') ? text! : `${text}.`;
}
