import { Table, Text } from '@mantine/core';
import { attemptLimit } from '../../execution/execution-history.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { toProblemText } from '../../ui/problem-text.ts';

/** Each try: when, how long, and what went wrong. */
export function StepAttempts({ step }: { step: StepView }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  if (step.tries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {step.reused ? t('step.reusedHelp') : t('step.noAttempts')}
      </Text>
    );
  }
  const perItem = step.tries.some((attempt) => attempt.item !== undefined);
  return (
    <>
      <Table fz="sm" verticalSpacing={6} withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('step.attempt')}</Table.Th>
            {perItem && <Table.Th>{t('step.item')}</Table.Th>}
            <Table.Th>{t('executions.started')}</Table.Th>
            <Table.Th>{t('executions.duration')}</Table.Th>
            <Table.Th>{t('step.result')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {step.tries.map((attempt) => (
            <Table.Tr key={`${attempt.item} ${attempt.number} ${attempt.startedAt}`}>
              <Table.Td>{format.number(attempt.number)}</Table.Td>
              {perItem && (
                <Table.Td>{attempt.item === undefined ? '' : format.number(attempt.item + 1)}</Table.Td>
              )}
              <Table.Td>{format.time(attempt.startedAt)}</Table.Td>
              <Table.Td className="tabular">
                {attempt.endedAt === undefined ? '…' : format.duration(attempt.endedAt - attempt.startedAt)}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {attempt.error
                  ? toProblemText(attempt.error, i18n).title
                  : attempt.endedAt === undefined
                    ? t('status.running')
                    : t('status.succeeded')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {step.tries.length >= attemptLimit && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('step.attemptsCut', { count: attemptLimit })}
        </Text>
      )}
    </>
  );
}
