import { Anchor, Box, Checkbox, Table, Text } from '@mantine/core';
import type { ExecutionSummary } from '@navette/contracts';
import { Link } from '@tanstack/react-router';
import { useI18n } from '../../i18n/i18n.tsx';
import { toProblemText } from '../../ui/problem-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { modeLabels } from '../../ui/status.ts';
import classes from '../executions/execution-table.module.css';

interface DeadLetterTableProps {
  letters: readonly ExecutionSummary[];
  chosen: ReadonlySet<string>;
  onChoose(chosen: ReadonlySet<string>): void;
}

/** Dead letters with a box to choose each, and one to choose all that are listed. */
export function DeadLetterTable({ letters, chosen, onChoose }: DeadLetterTableProps) {
  const { t } = useI18n();
  const chosenHere = letters.filter(({ id }) => chosen.has(id)).length;
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <Table.ScrollContainer minWidth={300} type="native">
      <Table verticalSpacing={9} horizontalSpacing="md" fz="sm" className={classes['table']}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={44}>
              <Checkbox
                size="xs"
                aria-label={t('dead.chooseAll')}
                checked={chosenHere === letters.length}
                indeterminate={chosenHere > 0 && chosenHere < letters.length}
                onChange={(event) =>
                  onChoose(new Set(event.currentTarget.checked ? letters.map(({ id }) => id) : []))
                }
              />
            </Table.Th>
            <Table.Th>{t('executions.workflow')}</Table.Th>
            <Table.Th w={150} visibleFrom="sm">
              {t('dead.failed')}
            </Table.Th>
            <Table.Th w={150} visibleFrom="sm">
              {t('executions.mode')}
            </Table.Th>
            <Table.Th w="45%" visibleFrom="sm">
              {t('dead.error')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {letters.map((letter) => (
            <LetterRow
              key={letter.id}
              letter={letter}
              chosen={chosen.has(letter.id)}
              onToggle={() => toggle(letter.id)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface LetterRowProps {
  letter: ExecutionSummary;
  chosen: boolean;
  onToggle(): void;
}

function LetterRow({ letter, chosen, onToggle }: LetterRowProps) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const failedAt = letter.finishedAt ?? letter.createdAt;
  const words = { name: letter.workflowName, time: format.dateTime(failedAt) };
  return (
    <Table.Tr bg={chosen ? 'var(--mantine-color-warp-light)' : undefined}>
      <Table.Td>
        <Checkbox size="xs" aria-label={t('dead.choose', words)} checked={chosen} onChange={onToggle} />
      </Table.Td>
      <Table.Td maw={220}>
        <Anchor
          inherit
          fw={560}
          display="block"
          truncate
          aria-label={t('dead.open', words)}
          renderRoot={(props) => (
            <Link to="/executions/$executionId" params={{ executionId: letter.id }} search={{}} {...props} />
          )}
        >
          {letter.workflowName}
        </Anchor>
        <Box hiddenFrom="sm">
          {letter.error && <LetterError error={letter.error} />}
          <RelativeTime iso={failedAt} c="dimmed" fz="xs" />
        </Box>
      </Table.Td>
      <Table.Td c="dimmed" visibleFrom="sm" className={classes['nowrap']}>
        <RelativeTime iso={failedAt} />
      </Table.Td>
      <Table.Td c="dimmed" visibleFrom="sm" className={classes['nowrap']}>
        {t(modeLabels[letter.mode])}
      </Table.Td>
      <Table.Td maw={420} visibleFrom="sm">
        {letter.error && <LetterError error={letter.error} />}
      </Table.Td>
    </Table.Tr>
  );
}

function LetterError({ error }: { error: NonNullable<ExecutionSummary['error']> }) {
  const i18n = useI18n();
  const text = toProblemText(error, i18n);
  return (
    <>
      <Text inherit lineClamp={2} title={text.detail ?? text.title}>
        {text.title}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {[error.nodeName, error.code].filter(Boolean).join(' · ')}
      </Text>
    </>
  );
}
