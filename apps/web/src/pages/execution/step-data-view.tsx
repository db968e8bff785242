import { Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import type { ExecutionDetail, Item } from '@navette/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { stepDataQuery } from '../../api/queries.ts';
import { portLabels } from '../../canvas/port-label.ts';
import type { StepView } from '../../execution/step-view.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LazyJson } from '../../json/lazy-json.tsx';
import { CopyAction } from '../../ui/copy-value.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ItemsTable } from './items-table.tsx';

interface StepDataViewProps {
  detail: ExecutionDetail;
  step: StepView;
  side: 'inputs' | 'outputs';
}

type View = 'table' | 'json';

const jsonLimit = 500;

/** The items of a step by port, as a table or as JSON. */
export function StepDataView({ detail, step, side }: StepDataViewProps) {
  const { t } = useI18n();
  const waits = step.status === 'pending' || (side === 'outputs' && step.finishedAt === null);
  const ended = `${step.status} ${step.finishedAt}`;
  const query = useQuery({
    ...stepDataQuery(detail.id, step.path),
    queryKey: [...stepDataQuery(detail.id, step.path).queryKey, ended],
    enabled: !waits,
  });
  const [view, setView] = useState<View>('table');
  const [chosen, setChosen] = useState<string>();
  if (waits) return <Hint text={step.status === 'pending' ? t('step.notStarted') : t('step.noOutputYet')} />;
  if (query.isPending) return <Skeleton h={160} radius="md" />;
  if (query.isError) return <ErrorPanel error={query.error} onRetry={query.refetch} />;
  const ports = Object.entries(query.data[side]);
  const [port, items] =
    ports.find(([name]) => name === chosen) ?? ports.find(([, list]) => list.length > 0) ?? ports[0] ?? [];
  if (port === undefined || items === undefined) {
    return <Hint text={side === 'inputs' ? t('step.noInput') : t('step.noOutput')} />;
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        {ports.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label={t('step.port')}
            value={port}
            onChange={setChosen}
            data={ports.map(([name, list]) => ({ value: name, label: toPortName(t, name, list.length) }))}
          />
        ) : (
          <Text size="sm" c="dimmed">
            {t('canvas.items', { count: items.length })}
          </Text>
        )}
        <Group gap={4}>
          <SegmentedControl
            size="xs"
            aria-label={t('step.view')}
            value={view}
            onChange={(value) => setView(value as View)}
            data={[
              { value: 'table', label: t('step.viewTable') },
              { value: 'json', label: t('step.viewJson') },
            ]}
          />
          <CopyAction value={JSON.stringify(items, null, 2)} label={t('step.copyJson')} />
        </Group>
      </Group>
      {items.length === 0 ? (
        <Hint text={t('step.noItems')} />
      ) : view === 'table' ? (
        <ItemsTable key={`${side} ${port}`} items={items} />
      ) : (
        <JsonItems items={items} />
      )}
    </Stack>
  );
}

function toPortName(t: ReturnType<typeof useI18n>['t'], port: string, count: number): string {
  const label = portLabels.get(port);
  return `${label ? t(label) : port} (${count})`;
}

function JsonItems({ items }: { items: readonly Item[] }) {
  const { t } = useI18n();
  const shown = items
    .slice(0, jsonLimit)
    .map((item) => (item.binary ? { ...item.json, $binary: item.binary } : item.json));
  return (
    <>
      {items.length > jsonLimit && (
        <Text size="xs" c="dimmed">
          {t('step.firstItems', { count: jsonLimit })}
        </Text>
      )}
      <LazyJson value={JSON.stringify(shown, null, 2)} readOnly label={t('step.viewJson')} maxHeight="60vh" />
    </>
  );
}

function Hint({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed" py="md" ta="center">
      {text}
    </Text>
  );
}
