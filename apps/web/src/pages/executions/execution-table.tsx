import { Table, Text } from '@mantine/core';
import type { ExecutionSummary } from '@navette/contracts';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { toReasonText } from '../../execution/reason-text.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LiveDuration } from '../../ui/live-duration.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { executionLooks, modeLabels } from '../../ui/status.ts';
import { ExecutionStatusBadge } from '../../ui/status-badge.tsx';
import classes from './execution-table.module.css';

interface ExecutionTableProps {
  executions: readonly ExecutionSummary[];
  hideWorkflow?: boolean;
}

export function ExecutionTable({ executions, hideWorkflow = false }: ExecutionTableProps) {
  const { t } = useI18n();
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table verticalSpacing={11} horizontalSpacing="md" className={classes['table']}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={140}>{t('executions.status')}</Table.Th>
            {!hideWorkflow && <Table.Th>{t('executions.workflow')}</Table.Th>}
            <Table.Th w={150}>{t('executions.started')}</Table.Th>
            <Table.Th w={110}>{t('executions.duration')}</Table.Th>
            <Table.Th w={120}>{t('executions.mode')}</Table.Th>
            <Table.Th>{t('executions.note')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {executions.map((execution) => (
            <ExecutionRow key={execution.id} execution={execution} hideWorkflow={hideWorkflow} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface ExecutionRowProps {
  execution: ExecutionSummary;
  hideWorkflow: boolean;
}

const ExecutionRow = memo(function ExecutionRow({ execution, hideWorkflow }: ExecutionRowProps) {
  const { t } = useI18n();
  return (
    <Table.Tr className={classes['row']}>
      <Table.Td>
        <Link
          to="/executions/$executionId"
          params={{ executionId: execution.id }}
          search={{}}
          className={classes['link']}
          aria-label={t('executions.open', {
            status: t(executionLooks[execution.status].label),
            name: execution.workflowName,
          })}
        >
          <ExecutionStatusBadge status={execution.status} />
        </Link>
      </Table.Td>
      {!hideWorkflow && (
        <Table.Td fw={560} maw={280}>
          <Text inherit truncate>
            {execution.workflowName}
          </Text>
        </Table.Td>
      )}
      <Table.Td c="dimmed" className={classes['nowrap']}>
        <RelativeTime iso={execution.startedAt ?? execution.createdAt} />
      </Table.Td>
      <Table.Td c="dimmed" className={classes['nowrap']}>
        <LiveDuration startedAt={execution.startedAt} finishedAt={execution.finishedAt} />
      </Table.Td>
      <Table.Td c="dimmed">{t(modeLabels[execution.mode])}</Table.Td>
      <Table.Td c="dimmed" maw={320}>
        <Note execution={execution} />
      </Table.Td>
    </Table.Tr>
  );
});

function Note({ execution }: { execution: ExecutionSummary }) {
  const i18n = useI18n();
  const parts: string[] = [];
  if (execution.error) parts.push(toProblemText(execution.error, i18n).title);
  else parts.push(toReasonText(execution, i18n) ?? '');
  if (execution.recoveries > 0) parts.push(i18n.t('executions.recovered', { count: execution.recoveries }));
  const text = parts.filter(Boolean).join(' · ');
  return (
    <Text size="sm" inherit truncate title={text}>
      {text}
    </Text>
  );
}
