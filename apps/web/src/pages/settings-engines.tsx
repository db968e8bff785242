import { Badge, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { CodeEngineView } from '@navette/contracts';
import { useQuery } from '@tanstack/react-query';
import { codeEnginesQuery } from '../api/queries.ts';
import { WithoutJailAlert } from '../code/without-jail-alert.tsx';
import { type PlainKey, useI18n } from '../i18n/i18n.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Surface } from '../ui/surface.tsx';

const names = { quickjs: 'QuickJS', v8: 'V8', python: 'Python' } as const;

/** What runs code on this server, and whether a jail holds it. */
export function EngineOverview() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(codeEnginesQuery);
  return (
    <Surface p="lg">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {t('jail.engines')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('jail.enginesText')}
          </Text>
        </div>
        {data ? (
          <>
            {data.items.some(({ withoutJail }) => withoutJail) && (
              <WithoutJailAlert title={t('jail.server')} />
            )}
            <List listStyleType="none" spacing="sm" aria-label={t('jail.engines')}>
              {data.items.map((engine) => (
                <List.Item key={engine.engine} style={{ overflowWrap: 'anywhere' }}>
                  <Engine engine={engine} />
                </List.Item>
              ))}
            </List>
          </>
        ) : error ? (
          <ErrorPanel error={error} onRetry={refetch} />
        ) : (
          <Skeleton h={96} radius="md" />
        )}
      </Stack>
    </Surface>
  );
}

function Engine({ engine: { engine, runtime, reason, ...held } }: { engine: CodeEngineView }) {
  const { t } = useI18n();
  const { color, text } = describeHold(held);
  return (
    <>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {names[engine]}
        </Text>
        <Badge variant="light" color={color}>
          {t(text)}
        </Badge>
        {runtime !== null && (
          <Text size="sm" c="dimmed">
            {runtime}
          </Text>
        )}
      </Group>
      {reason !== null && (
        <Text size="sm" c="dimmed">
          {reason}
        </Text>
      )}
    </>
  );
}

function describeHold({
  available,
  jail,
  withoutJail,
}: Pick<CodeEngineView, 'available' | 'jail' | 'withoutJail'>): { color: string; text: PlainKey } {
  if (!available) return { color: 'gray', text: 'jail.unavailable' };
  if (withoutJail) return { color: 'orange', text: 'jail.without' };
  return jail === 'none' ? { color: 'teal', text: 'jail.notNeeded' } : { color: 'teal', text: 'jail.with' };
}
