import { Code, Group, Table, Text } from '@mantine/core';
import type { AuditEntry } from '@navette/contracts';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { auditQuery } from '../api/queries.ts';
import { useBreadcrumbs } from '../app/breadcrumbs.tsx';
import { type PlainKey, useI18n } from '../i18n/i18n.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { Page } from '../ui/page.tsx';
import { PersonName } from '../ui/person-name.tsx';
import { RowSkeletons } from '../ui/row-skeletons.tsx';
import { Surface } from '../ui/surface.tsx';

const actorLabels: Readonly<Record<AuditEntry['actorKind'], PlainKey>> = {
  user: 'audit.actorUser',
  'api-key': 'audit.actorApiKey',
  system: 'audit.actorSystem',
  link: 'audit.actorLink',
};

/** Who did what, newest first. */
export function AuditPage() {
  const { t, format } = useI18n();
  useBreadcrumbs([{ label: t('nav.audit') }]);
  const query = useInfiniteQuery(auditQuery);
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('nav.audit')} description={t('audit.description')}>
      <Surface>
        {query.isPending ? (
          <RowSkeletons rows={8} height={45} />
        ) : query.isError && entries.length === 0 ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : entries.length === 0 ? (
          <EmptyPanel icon={IconHistory} title={t('audit.empty')} />
        ) : (
          <Table.ScrollContainer minWidth={720} type="native">
            <Table verticalSpacing={9} horizontalSpacing="md" fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={200}>{t('audit.at')}</Table.Th>
                  <Table.Th>{t('audit.action')}</Table.Th>
                  <Table.Th>{t('audit.actor')}</Table.Th>
                  <Table.Th>{t('audit.resource')}</Table.Th>
                  <Table.Th>{t('audit.details')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((entry) => (
                  <Table.Tr key={entry.id}>
                    <Table.Td className="tabular" style={{ whiteSpace: 'nowrap' }}>
                      {format.dateTime(entry.at)}
                    </Table.Td>
                    <Table.Td>
                      <Code>{entry.action}</Code>
                    </Table.Td>
                    <Table.Td>
                      <Actor entry={entry} />
                    </Table.Td>
                    <Table.Td>
                      <Text size="xs" ff="monospace" c="dimmed" title={entry.resourceId ?? undefined}>
                        {entry.resourceId ? `${entry.resourceId.slice(0, 16)}…` : (entry.resourceKind ?? '–')}
                      </Text>
                    </Table.Td>
                    <Table.Td maw={320}>
                      <Text size="xs" c="dimmed" truncate title={describe(entry)}>
                        {describe(entry)}
                      </Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <LoadMore query={query} />
      </Surface>
    </Page>
  );
}

function Actor({ entry }: { entry: AuditEntry }) {
  const { t } = useI18n();
  return (
    <Group gap={6} wrap="nowrap">
      {t(actorLabels[entry.actorKind])}
      {entry.actorId && <PersonName id={entry.actorId} />}
    </Group>
  );
}

function describe(entry: AuditEntry): string {
  return Object.entries(entry.details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
