import { Badge, Button, Group, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { routes, type VersionSummary, type WorkflowDetail } from '@navette/contracts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callRoute } from '../../api/call-route.ts';
import { versionsQuery, webhooksQuery, workflowQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { CopyValue } from '../../ui/copy-value.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { useNotify } from '../../ui/notify.ts';
import { PersonName } from '../../ui/person-name.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';

/** Every version that was ever saved, and the addresses that the published one answers at. */
export function VersionsTab({ workflow }: { workflow: WorkflowDetail }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const ask = useConfirm();
  const notify = useNotify();
  const query = useInfiniteQuery(versionsQuery(workflow.id));
  const publish = useMutation({
    mutationFn: (version: VersionSummary) =>
      callRoute(routes.publishWorkflow, {
        params: { workflowId: workflow.id },
        body: { versionId: version.id },
      }),
    onSuccess(detail) {
      client.setQueryData(workflowQuery(workflow.id).queryKey, detail);
      void client.invalidateQueries({ queryKey: ['workflows'] });
      notify.success(t('workflow.publishedNotice'));
    },
    onError: (error) => notify.failure(error),
  });
  const confirmPublish = async (version: VersionSummary) => {
    const yes = await ask({
      title: t('versions.publishTitle', { number: version.number }),
      text: t('versions.publishText'),
      confirmLabel: t('workflow.publish'),
    });
    if (yes) publish.mutate(version);
  };
  const versions = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack maw={980} mx="auto" gap="lg">
      {workflow.published && <Webhooks workflowId={workflow.id} />}
      <Surface>
        {query.isPending ? (
          <RowSkeletons rows={4} />
        ) : query.isError ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : (
          <Table.ScrollContainer minWidth={560} type="native">
            <Table verticalSpacing="sm" horizontalSpacing="md">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('versions.number')}</Table.Th>
                  <Table.Th>{t('versions.saved')}</Table.Th>
                  <Table.Th>{t('versions.by')}</Table.Th>
                  <Table.Th>{t('versions.hash')}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {versions.map((version) => (
                  <Table.Tr key={version.id}>
                    <Table.Td>
                      <Group gap="xs">
                        <Text fw={580} size="sm" span>
                          {t('versions.name', { number: version.number })}
                        </Text>
                        {version.published && (
                          <Badge variant="light" color="weft">
                            {t('versions.published')}
                          </Badge>
                        )}
                        {version.id === workflow.draftVersionId && (
                          <Badge variant="light" color="gray">
                            {t('versions.draft')}
                          </Badge>
                        )}
                      </Group>
                    </Table.Td>
                    <Table.Td>
                      <RelativeTime iso={version.createdAt} />
                    </Table.Td>
                    <Table.Td>{version.createdBy ? <PersonName id={version.createdBy} /> : '–'}</Table.Td>
                    <Table.Td ff="monospace" fz="xs" title={version.contentHash}>
                      {version.contentHash.slice(0, 12)}
                    </Table.Td>
                    <Table.Td ta="end">
                      {!version.published && (
                        <Button
                          size="compact-sm"
                          variant="light"
                          onClick={() => void confirmPublish(version)}
                          loading={publish.isPending && publish.variables.id === version.id}
                        >
                          {t('workflow.publish')}
                        </Button>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <LoadMore query={query} />
      </Surface>
    </Stack>
  );
}

function Webhooks({ workflowId }: { workflowId: string }) {
  const { t } = useI18n();
  const { data } = useQuery(webhooksQuery);
  const webhooks = data?.items.filter((webhook) => webhook.workflowId === workflowId) ?? [];
  if (webhooks.length === 0) return null;
  return (
    <Surface p="md">
      <Title order={2} size="h3" mb="xs">
        {t('versions.webhooks')}
      </Title>
      <Stack gap={6}>
        {webhooks.map((webhook) => (
          <Group key={`${webhook.nodeId} ${webhook.path}`} gap="xs" wrap="nowrap">
            {webhook.methods.map((method) => (
              <Badge key={method} variant="light" radius="sm">
                {method}
              </Badge>
            ))}
            <CopyValue value={webhook.url} label={t('versions.copyUrl')} />
          </Group>
        ))}
      </Stack>
    </Surface>
  );
}
