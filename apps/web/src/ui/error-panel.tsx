import { Button, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { useI18n } from '../i18n/i18n.tsx';
import { ProblemDetails } from './problem-alert.tsx';
import { useProblemText } from './problem-text.ts';

/** Fills the place of something that could not be read. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?(): void }) {
  const { t } = useI18n();
  const text = useProblemText()(error);
  return (
    <Stack align="center" gap="sm" py={48} px="md" role="alert" maw={560} mx="auto">
      <ThemeIcon size={48} radius="xl" variant="light" color="red">
        <IconAlertTriangle size={24} />
      </ThemeIcon>
      <Title order={2} ta="center">
        {text.title}
      </Title>
      <Text component="div" ta="center" size="sm">
        <ProblemDetails text={text} />
      </Text>
      {onRetry && (
        <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
          {t('common.retry')}
        </Button>
      )}
    </Stack>
  );
}
