import { Badge, Table, Text } from '@mantine/core';
import type { Worker } from '@navette/contracts';
import { useI18n } from '../../i18n/i18n.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';

/** Beats come once a second: one that is missing for longer than this is worth a colour. */
const lateMs = 3_000;

export function WorkerTable({ workers }: { workers: readonly Worker[] }) {
  const { t, format } = useI18n();
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table verticalSpacing={9} horizontalSpacing="md" fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={110}>{t('queue.workerState')}</Table.Th>
            <Table.Th>{t('queue.workerProcess')}</Table.Th>
            <Table.Th w={130}>{t('queue.workerActive')}</Table.Th>
            <Table.Th w={170}>{t('queue.workerBeat')}</Table.Th>
            <Table.Th w={150}>{t('queue.workerStarted')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {workers.map((worker) => (
            <Table.Tr key={worker.id}>
              <Table.Td>
                <StateBadge worker={worker} />
              </Table.Td>
              <Table.Td>
                {worker.host}
                <Text component="span" size="xs" c="dimmed" ml={6}>
                  {t('queue.workerAbout', { pid: String(worker.pid), version: worker.version })}
                </Text>
              </Table.Td>
              <Table.Td className="tabular">
                {format.number(worker.active)}
                {worker.maxActive > 0 && ` / ${format.number(worker.maxActive)}`}
              </Table.Td>
              <Table.Td className="tabular">
                {worker.state === 'alive' ? format.duration(worker.silenceMs) : '–'}
              </Table.Td>
              <Table.Td>
                <RelativeTime iso={worker.startedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function StateBadge({ worker }: { worker: Worker }) {
  const { t } = useI18n();
  if (worker.state === 'dead')
    return (
      <Badge variant="light" color="gray">
        {t('queue.workerStopped')}
      </Badge>
    );
  const late = worker.silenceMs > lateMs;
  return (
    <Badge variant="light" color={late ? 'yellow' : 'green'}>
      {t(late ? 'queue.workerLate' : 'queue.workerAlive')}
    </Badge>
  );
}
