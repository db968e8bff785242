import { Alert, Badge, Code, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { PolicyFileView } from '@navette/contracts';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { policiesQuery, sessionQuery } from '../../api/queries.ts';
import { type PlainKey, useI18n } from '../../i18n/i18n.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Surface } from '../../ui/surface.tsx';
import { listFileFacts, listLimitFacts } from './policy-facts.ts';
import { PolicyProblems } from './policy-problems.tsx';
import { stateBadges, stateColors } from './policy-state.ts';

const kindLabels = {
  default: 'policy.kindDefault',
  project: 'policy.kindProject',
  named: 'policy.kindNamed',
} as const satisfies Record<PolicyFileView['kind'], PlainKey>;

/** The policy files that concern the project, what they come to, and what is wrong with them. */
export function PolicyOverview() {
  const i18n = useI18n();
  const { t } = i18n;
  const { data: session } = useQuery(sessionQuery);
  const mayRead = session?.scopes.includes('workflows:read') ?? false;
  const { data, error, refetch } = useQuery({ ...policiesQuery, enabled: mayRead });
  if (session && !mayRead) return null;
  return (
    <Surface p="lg">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            {t('policy.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('policy.text')}
          </Text>
        </div>
        {data ? (
          <>
            {data.folderProblem !== null && (
              <Warning title={t('policy.folder')} text={data.folderProblem} color="yellow" />
            )}
            {data.project === null ? (
              <Warning title={t('policy.refused')} text={undefined} color="red" />
            ) : (
              <Text size="sm">
                {t('policy.holds', { facts: listLimitFacts(toValues(data.project.limits), i18n).join(', ') })}
              </Text>
            )}
            {data.items.map((file) => (
              <PolicyProblems key={file.file} file={file} />
            ))}
            {data.items.length === 0 ? (
              <Text size="sm">{t('policy.noFiles')}</Text>
            ) : (
              <PolicyList files={data.items} />
            )}
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

function PolicyList({ files }: { files: readonly PolicyFileView[] }) {
  const i18n = useI18n();
  const { t } = i18n;
  return (
    <List listStyleType="none" spacing="sm" aria-label={t('policy.files')}>
      {files.map((file) => {
        const facts = file.kind === 'default' ? [] : listFileFacts(file.content ?? {}, i18n);
        return (
          <List.Item key={file.file} style={{ overflowWrap: 'anywhere' }}>
            <Group gap="xs">
              <Code>{file.file}</Code>
              <Badge variant="light" color={stateColors[file.state]}>
                {t(stateBadges[file.state])}
              </Badge>
            </Group>
            <Text size="sm">{[t(kindLabels[file.kind]), file.description].filter(Boolean).join(' · ')}</Text>
            {facts.length > 0 && (
              <Text size="sm" c="dimmed">
                {t('policy.atMost', { facts: facts.join(', ') })}
              </Text>
            )}
          </List.Item>
        );
      })}
    </List>
  );
}

function Warning({ title, text, color }: { title: string; text: string | undefined; color: string }) {
  return (
    <Alert
      variant="light"
      color={color}
      icon={<IconAlertTriangle size={18} />}
      title={title}
      role="group"
      py="xs"
    >
      {text}
    </Alert>
  );
}

function toValues(limits: Readonly<Record<string, { value: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(limits).map(([name, { value }]) => [name, value]));
}
