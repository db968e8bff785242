import { Stack, Table } from '@mantine/core';
import type { WorkflowNode } from '@navette/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { credentialsQuery, sessionQuery } from '../../api/queries.ts';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';

const onErrorLabels: Readonly<Record<WorkflowNode['settings']['onError'], PlainKey>> = {
  stop: 'node.onErrorStop',
  continue: 'node.onErrorContinue',
  'error-port': 'node.onErrorPort',
};
const afterCrashLabels: Readonly<Record<WorkflowNode['settings']['afterCrash'], PlainKey>> = {
  retry: 'node.afterCrashRetry',
  fail: 'node.afterCrashFail',
  ask: 'node.afterCrashAsk',
};
const backoffLabels = {
  fixed: 'node.backoffFixed',
  linear: 'node.backoffLinear',
  exponential: 'node.backoffExponential',
} as const satisfies Record<string, PlainKey>;

/** Retries, time limit, what an error does, credentials. */
export function NodeSettings({ node }: { node: WorkflowNode }) {
  const { t, format } = useI18n();
  const { settings } = node;
  const yesNo = (value: boolean) => (value ? t('common.yes') : t('common.no'));
  const rows: [string, string][] = [
    [t('node.id'), node.id],
    [t('node.disabled'), yesNo(node.disabled)],
    [t('node.onError'), t(onErrorLabels[settings.onError])],
    [
      t('node.retry'),
      settings.retry ? t('node.retryCount', { count: settings.retry.maxAttempts }) : t('node.retryNone'),
    ],
    [
      t('node.timeout'),
      settings.timeoutMs === undefined ? t('common.none') : format.duration(settings.timeoutMs),
    ],
    [t('node.executeOnce'), yesNo(settings.executeOnce)],
    [t('node.continueEmpty'), yesNo(settings.continueEmpty)],
    [t('node.afterCrash'), t(afterCrashLabels[settings.afterCrash])],
  ];
  if (settings.concurrency !== undefined)
    rows.push([t('node.concurrency'), format.number(settings.concurrency)]);
  if (settings.retry) {
    const delay = format.duration(settings.retry.delayMs);
    const label = t(backoffLabels[settings.retry.backoff]);
    rows.splice(4, 0, [t('node.retryDelay'), `${delay}, ${label}`]);
  }
  return (
    <Stack>
      <Table variant="vertical" withTableBorder fz="sm">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th w={170} fw={500}>
                {name}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
          {Object.entries(node.credentials ?? {}).map(([slot, { id }]) => (
            <CredentialRow key={slot} slot={slot} id={id} />
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function CredentialRow({ slot, id }: { slot: string; id: string }) {
  const { t } = useI18n();
  const { data: session } = useQuery(sessionQuery);
  const { data } = useInfiniteQuery({
    ...credentialsQuery,
    enabled: session?.scopes.includes('credentials:read') ?? false,
  });
  const credential = data?.pages.flatMap((page) => page.items).find((one) => one.id === id);
  return (
    <Table.Tr>
      <Table.Th fw={500}>{t('node.credential', { slot })}</Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{credential?.name ?? id}</Table.Td>
    </Table.Tr>
  );
}
