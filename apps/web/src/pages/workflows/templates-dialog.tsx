import { Button, Card, Group, Modal, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { type RouteAnswer, routes } from '@navette/contracts';
import { IconTemplate } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { callRoute } from '../../api/call-route.ts';
import { templatesQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { useNotify } from '../../ui/notify.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';

type Template = RouteAnswer<typeof routes.listTemplates>['items'][number];

/** The workflows that ship with the product. */
export function TemplatesDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useI18n();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('workflows.templates')}
      size={780}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {opened && <Templates onClose={onClose} />}
    </Modal>
  );
}

function Templates({ onClose }: { onClose(): void }) {
  const { t, pick } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notify = useNotify();
  const query = useQuery(templatesQuery);
  const install = useMutation({
    mutationFn: (template: Template) =>
      callRoute(routes.installTemplate, { params: { name: template.name } }),
    async onSuccess(workflow, template) {
      void client.invalidateQueries({ queryKey: ['workflows', 'list'] });
      notify.success(t('workflows.installed', { name: pick(template.title) }));
      onClose();
      await navigate({ to: '/workflows/$workflowId', params: { workflowId: workflow.id }, search: {} });
    },
  });
  if (query.isPending) return <Skeleton h={220} radius="lg" />;
  if (query.isError) return <ErrorPanel error={query.error} onRetry={query.refetch} />;
  if (query.data.items.length === 0)
    return <EmptyPanel icon={IconTemplate} title={t('workflows.noTemplates')} />;
  return (
    <Stack>
      <ProblemAlert error={install.error} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {query.data.items.map((template) => (
          <Card key={template.name} withBorder padding="lg" radius="lg">
            <Stack gap={8} h="100%">
              <Title order={3}>{pick(template.title)}</Title>
              <Text size="sm" c="dimmed" flex={1}>
                {pick(template.description)}
              </Text>
              <Group justify="space-between">
                <Text size="xs" c="dimmed">
                  {t('workflows.nodeCount', { count: template.nodeCount })}
                </Text>
                <Button
                  size="xs"
                  variant="light"
                  loading={install.isPending && install.variables.name === template.name}
                  disabled={install.isPending}
                  onClick={() => install.mutate(template)}
                  aria-label={t('workflows.installNamed', { name: pick(template.title) })}
                >
                  {t('workflows.install')}
                </Button>
              </Group>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
