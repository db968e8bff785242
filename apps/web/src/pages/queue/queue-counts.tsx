import { Paper, Stack, Text } from '@mantine/core';
import type { QueueMetrics } from '@navette/contracts';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';

const counts: readonly { name: keyof QueueMetrics; label: PlainKey; color?: string }[] = [
  { name: 'waiting', label: 'queue.countWaiting' },
  { name: 'held', label: 'queue.countHeld' },
  { name: 'paused', label: 'queue.countPaused', color: 'yellow' },
  { name: 'active', label: 'queue.countActive' },
  { name: 'delayed', label: 'queue.countDelayed' },
  { name: 'completed', label: 'queue.countCompleted' },
  { name: 'failed', label: 'queue.countFailed', color: 'red' },
];

/** One card per state; a colour only where there is something to look at. */
export function QueueCounts({ metrics }: { metrics: QueueMetrics }) {
  const { t, format } = useI18n();
  return counts.map(({ name, label, color }) => (
    <Paper key={name} withBorder p="md" radius="md">
      <Stack gap={2} h="100%" justify="space-between">
        <Text size="xs" c="dimmed" lh={1.3}>
          {t(label)}
        </Text>
        <Text
          className="tabular"
          fz={24}
          fw={650}
          lh={1.3}
          {...(color && metrics[name] > 0 ? { c: `${color}.7` } : {})}
        >
          {format.number(metrics[name])}
        </Text>
      </Stack>
    </Paper>
  ));
}
