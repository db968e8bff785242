import { SimpleGrid, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { type NodeType, nodeGroups } from '@navette/contracts';
import { IconSearch, IconSearchOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { nodeTypesQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { matchesQuery } from '../../app/match-query.ts';
import { NodeIcon } from '../../canvas/node-icon.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { groupLabels } from './group-labels.ts';
import classes from './nodes-page.module.css';

/** The catalogue: what a workflow can be made of. */
export function NodesPage() {
  const { t, pick } = useI18n();
  useBreadcrumbs([{ label: t('nav.nodes') }]);
  const navigate = useNavigate({ from: '/nodes' });
  const { search = '' } = useSearch({ from: '/shell/nodes' });
  const query = useQuery(nodeTypesQuery);
  const found = (query.data?.items ?? []).filter((nodeType) =>
    matchesQuery(`${pick(nodeType.name)} ${pick(nodeType.description)} ${nodeType.type}`, search),
  );
  return (
    <Page title={t('nav.nodes')} description={t('nodes.description')}>
      <TextInput
        mb="lg"
        maw={380}
        leftSection={<IconSearch size={16} aria-hidden />}
        placeholder={t('nodes.search')}
        aria-label={t('nodes.search')}
        value={search}
        onChange={(event) => {
          const { value } = event.currentTarget;
          void navigate({ search: { search: value || undefined }, replace: true });
        }}
      />
      {query.isError ? (
        <ErrorPanel error={query.error} onRetry={query.refetch} />
      ) : query.isPending ? (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} role="status" aria-label={t('common.loading')}>
          {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
            <Skeleton key={key} h={86} radius="lg" />
          ))}
        </SimpleGrid>
      ) : found.length === 0 ? (
        <EmptyPanel icon={IconSearchOff} title={t('nodes.noMatch')} />
      ) : (
        <Stack gap="xl">
          {nodeGroups.map((group) => (
            <Group
              key={group}
              group={group}
              nodeTypes={found.filter((nodeType) => nodeType.group === group)}
            />
          ))}
        </Stack>
      )}
    </Page>
  );
}

function Group({ group, nodeTypes }: { group: NodeType['group']; nodeTypes: readonly NodeType[] }) {
  const { t, pick } = useI18n();
  if (nodeTypes.length === 0) return null;
  return (
    <section aria-label={t(groupLabels[group])}>
      <Title order={2} size="h3" mb="sm">
        {t(groupLabels[group])}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {nodeTypes.map((nodeType) => (
          <Link
            key={nodeType.type}
            to="/nodes/$type"
            params={{ type: nodeType.type }}
            className={classes['card']}
          >
            <NodeIcon nodeType={nodeType} size={40} />
            <div>
              <Text fw={580} size="sm">
                {pick(nodeType.name)}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {pick(nodeType.description)}
              </Text>
            </div>
          </Link>
        ))}
      </SimpleGrid>
    </section>
  );
}
