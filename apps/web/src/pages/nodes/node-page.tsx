import { Badge, Group, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import type { NodeType } from '@navette/contracts';
import { isRecord } from '@navette/kit/portable';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { nodeTypeQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { NodeIcon } from '../../canvas/node-icon.tsx';
import { portLabels } from '../../canvas/port-label.ts';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { LazyJson } from '../../json/lazy-json.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Page } from '../../ui/page.tsx';
import { readProperty, toSchemaLabel } from '../../ui/schema-label.ts';
import { Surface } from '../../ui/surface.tsx';
import { groupLabels } from './group-labels.ts';

const effectLabels = {
  pure: 'nodes.effectPure',
  idempotent: 'nodes.effectIdempotent',
  effect: 'nodes.effectEffect',
} as const satisfies Record<string, PlainKey>;

/** All about one node type: docs, ports, parameters, examples. */
export function NodePage() {
  const { t, pick } = useI18n();
  const { type } = useParams({ from: '/shell/nodes/$type' });
  const query = useQuery(nodeTypeQuery(type));
  useBreadcrumbs([
    { label: t('nav.nodes'), to: '/nodes' },
    { label: query.data ? pick(query.data.name) : type },
  ]);
  if (query.isError) return <ErrorPanel error={query.error} onRetry={query.refetch} />;
  if (!query.data) return <Skeleton m="lg" h={320} role="status" aria-label={t('common.loading')} />;
  const nodeType = query.data;
  return (
    <Page
      title={pick(nodeType.name)}
      description={pick(nodeType.description)}
      actions={<NodeIcon nodeType={nodeType} size={48} />}
    >
      <Stack gap="lg">
        <Facts nodeType={nodeType} />
        <Surface p="lg">
          <Markdown source={pick(nodeType.docs)} level={2} />
        </Surface>
        <Parameters nodeType={nodeType} />
        <Examples nodeType={nodeType} />
      </Stack>
    </Page>
  );
}

function Facts({ nodeType }: { nodeType: NodeType }) {
  const { t } = useI18n();
  const name = (port: string) => {
    const label = portLabels.get(port);
    return label ? t(label) : port;
  };
  return (
    <Group gap="xs">
      <Badge variant="light">{t(groupLabels[nodeType.group])}</Badge>
      <Badge variant="light" color="gray" tt="none">
        {nodeType.type} · {t('nodes.version', { number: nodeType.version })}
      </Badge>
      <Badge variant="light" color="weft" tt="none">
        {nodeType.effect ? t(effectLabels[nodeType.effect]) : t('nodes.effectDepends')}
      </Badge>
      {nodeType.inputs.length > 0 && (
        <Badge variant="light" color="gray" tt="none">
          {t('nodes.inputs', { names: nodeType.inputs.map(name).join(', ') })}
        </Badge>
      )}
      <Badge variant="light" color="gray" tt="none">
        {t('nodes.outputs', { names: nodeType.outputs.map(name).join(', ') })}
      </Badge>
    </Group>
  );
}

function Parameters({ nodeType }: { nodeType: NodeType }) {
  const { t, locale } = useI18n();
  const properties = nodeType.parametersSchema['properties'];
  const names = isRecord(properties) ? Object.keys(properties) : [];
  if (names.length === 0) return null;
  return (
    <Surface>
      <Title order={2} size="h3" p="lg" pb="xs">
        {t('node.parameters')}
      </Title>
      <Table.ScrollContainer minWidth={480} type="native">
        <Table horizontalSpacing="lg" verticalSpacing="sm">
          <Table.Tbody>
            {names.map((name) => {
              const label = toSchemaLabel(readProperty(nodeType.parametersSchema, name), name, locale);
              return (
                <Table.Tr key={name}>
                  <Table.Td w={260}>
                    <Text size="sm" fw={560}>
                      {label.title}
                    </Text>
                    <Text size="xs" ff="monospace" c="dimmed">
                      {name}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" c="dimmed">
                      {label.help}
                    </Text>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Surface>
  );
}

function Examples({ nodeType }: { nodeType: NodeType }) {
  const { t, pick } = useI18n();
  if (nodeType.examples.length === 0) return null;
  return (
    <Stack gap="md">
      <Title order={2} size="h3">
        {t('nodes.examples')}
      </Title>
      {nodeType.examples.map((example) => (
        <Surface key={pick(example.title)} p="lg">
          <Title order={3} mb="sm">
            {pick(example.title)}
          </Title>
          <SimpleGrid cols={{ base: 1, md: 3 }}>
            <ExamplePart title={t('node.parameters')} value={example.parameters} />
            <ExamplePart title={t('step.input')} value={toPlainPorts(example.inputs)} />
            <ExamplePart title={t('step.output')} value={toPlainPorts(example.outputs)} />
          </SimpleGrid>
        </Surface>
      ))}
    </Stack>
  );
}

function ExamplePart({ title, value }: { title: string; value: unknown }) {
  return (
    <div>
      <Text size="xs" fw={570} c="dimmed" mb={4}>
        {title}
      </Text>
      <LazyJson value={JSON.stringify(value, null, 2)} readOnly label={title} maxHeight="320px" />
    </div>
  );
}

/** Items without their envelope, and a lone main port without its name: what a reader wants to see. */
function toPlainPorts(ports: NodeType['examples'][number]['inputs']): unknown {
  const plain = Object.fromEntries(
    Object.entries(ports).map(([port, items]) => [
      port,
      items.map((item) => (item.binary ? { ...item.json, $binary: item.binary } : item.json)),
    ]),
  );
  const names = Object.keys(plain);
  return names.length === 1 && names[0] === 'main' ? plain['main'] : plain;
}
