import { ActionIcon, Button, Group, Table, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { type Credential, routes } from '@navette/contracts';
import { IconKey, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callRoute } from '../../api/call-route.ts';
import { credentialsQuery, credentialTypesQuery } from '../../api/queries.ts';
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
import { CredentialDialog } from './credential-dialog.tsx';

export function CredentialsPage() {
  const { t } = useI18n();
  useBreadcrumbs([{ label: t('nav.credentials') }]);
  const query = useInfiniteQuery(credentialsQuery);
  const [edited, setEdited] = useState<Credential | 'new'>();
  const credentials = query.data?.pages.flatMap((page) => page.items) ?? [];
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>
      {t('credentials.create')}
    </Button>
  );
  return (
    <Page title={t('nav.credentials')} description={t('credentials.description')} actions={create}>
      <Surface>
        {query.isPending ? (
          <RowSkeletons rows={4} />
        ) : query.isError && credentials.length === 0 ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : credentials.length === 0 ? (
          <EmptyPanel icon={IconKey} title={t('credentials.empty')} text={t('credentials.emptyText')}>
            {create}
          </EmptyPanel>
        ) : (
          <Table.ScrollContainer minWidth={620} type="native">
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('common.name')}</Table.Th>
                  <Table.Th>{t('credentials.type')}</Table.Th>
                  <Table.Th>{t('credentials.hosts')}</Table.Th>
                  <Table.Th>{t('common.updated')}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {credentials.map((credential) => (
                  <CredentialRow
                    key={credential.id}
                    credential={credential}
                    onEdit={() => setEdited(credential)}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <LoadMore query={query} />
      </Surface>
      <CredentialDialog edited={edited} onClose={() => setEdited(undefined)} />
    </Page>
  );
}

function CredentialRow({ credential, onEdit }: { credential: Credential; onEdit(): void }) {
  const { t, pick } = useI18n();
  const client = useQueryClient();
  const ask = useConfirm();
  const notify = useNotify();
  const types = useQuery(credentialTypesQuery);
  const type = types.data?.items.find((one) => one.type === credential.type);
  const remove = useMutation({
    mutationFn: () => callRoute(routes.deleteCredential, { params: { credentialId: credential.id } }),
    onSuccess() {
      notify.success(t('credentials.deletedNotice', { name: credential.name }));
      void client.invalidateQueries({ queryKey: ['credentials'] });
    },
    onError: (error) => notify.failure(error),
  });
  const confirmRemove = async () => {
    const yes = await ask({
      title: t('credentials.deleteTitle', { name: credential.name }),
      text: t('credentials.deleteText'),
      confirmLabel: t('common.delete'),
      danger: true,
    });
    if (yes) remove.mutate();
  };
  return (
    <Table.Tr>
      <Table.Td fw={570}>{credential.name}</Table.Td>
      <Table.Td c="dimmed">{type ? pick(type.name) : credential.type}</Table.Td>
      <Table.Td c="dimmed">
        <Text size="sm" lineClamp={1}>
          {credential.allowedHosts.length === 0
            ? t('credentials.anyHost')
            : credential.allowedHosts.join(', ')}
        </Text>
      </Table.Td>
      <Table.Td c="dimmed">
        <RelativeTime iso={credential.updatedAt} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Tooltip label={t('common.edit')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={onEdit}
              aria-label={t('credentials.editNamed', { name: credential.name })}
            >
              <IconPencil size={17} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('common.delete')}>
            <ActionIcon
              variant="subtle"
              color="red"
              loading={remove.isPending}
              onClick={() => void confirmRemove()}
              aria-label={t('credentials.deleteNamed', { name: credential.name })}
            >
              <IconTrash size={17} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
