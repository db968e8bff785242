import { Badge, Button, Code, Group, Table, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ApiKey, routes } from '@navette/contracts';
import { IconApi, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { callRoute } from '../../api/call-route.ts';
import { apiKeysQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { useNotify } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { ApiKeyDialog } from './api-key-dialog.tsx';

export function ApiKeysPage() {
  const { t } = useI18n();
  useBreadcrumbs([{ label: t('nav.apiKeys') }]);
  const query = useInfiniteQuery(apiKeysQuery);
  const [createOpen, create] = useDisclosure(false);
  const keys = query.data?.pages.flatMap((page) => page.items) ?? [];
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
      {t('apiKeys.create')}
    </Button>
  );
  return (
    <Page title={t('nav.apiKeys')} description={t('apiKeys.description')} actions={button}>
      <Surface>
        {query.isPending ? (
          <RowSkeletons rows={4} />
        ) : query.isError && keys.length === 0 ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : keys.length === 0 ? (
          <EmptyPanel icon={IconApi} title={t('apiKeys.empty')} text={t('apiKeys.emptyText')}>
            {button}
          </EmptyPanel>
        ) : (
          <Table.ScrollContainer minWidth={760} type="native">
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('common.name')}</Table.Th>
                  <Table.Th>{t('apiKeys.prefix')}</Table.Th>
                  <Table.Th>{t('apiKeys.scopes')}</Table.Th>
                  <Table.Th>{t('apiKeys.lastUsed')}</Table.Th>
                  <Table.Th>{t('apiKeys.expires')}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {keys.map((key) => (
                  <ApiKeyRow key={key.id} apiKey={key} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <LoadMore query={query} />
      </Surface>
      <ApiKeyDialog opened={createOpen} onClose={create.close} />
    </Page>
  );
}

function ApiKeyRow({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const ask = useConfirm();
  const notify = useNotify();
  const revoke = useMutation({
    mutationFn: () => callRoute(routes.revokeApiKey, { params: { keyId: apiKey.id } }),
    onSuccess() {
      notify.success(t('apiKeys.revokedNotice', { name: apiKey.name }));
      void client.invalidateQueries({ queryKey: ['api-keys'] });
    },
    onError: (error) => notify.failure(error),
  });
  const confirmRevoke = async () => {
    const yes = await ask({
      title: t('apiKeys.revokeTitle', { name: apiKey.name }),
      text: t('apiKeys.revokeText'),
      confirmLabel: t('apiKeys.revoke'),
      danger: true,
    });
    if (yes) revoke.mutate();
  };
  const expired = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) < Date.now();
  return (
    <Table.Tr>
      <Table.Td fw={570}>{apiKey.name}</Table.Td>
      <Table.Td>
        <Code>{apiKey.prefix}…</Code>
      </Table.Td>
      <Table.Td maw={300}>
        <Group gap={4}>
          {apiKey.scopes.map((scope) => (
            <Badge key={scope} size="sm" radius="sm" variant="light" tt="none">
              {scope}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td c="dimmed">
        {apiKey.lastUsedAt ? <RelativeTime iso={apiKey.lastUsedAt} /> : t('apiKeys.neverUsed')}
      </Table.Td>
      <Table.Td c="dimmed">
        {apiKey.revokedAt ? (
          <Badge color="red" variant="light">
            {t('apiKeys.revoked')}
          </Badge>
        ) : expired ? (
          <Badge color="orange" variant="light">
            {t('apiKeys.expired')}
          </Badge>
        ) : apiKey.expiresAt ? (
          <RelativeTime iso={apiKey.expiresAt} />
        ) : (
          t('apiKeys.never')
        )}
      </Table.Td>
      <Table.Td ta="end">
        {!apiKey.revokedAt && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            loading={revoke.isPending}
            onClick={() => void confirmRevoke()}
            aria-label={t('apiKeys.revokeNamed', { name: apiKey.name })}
          >
            {t('apiKeys.revoke')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
