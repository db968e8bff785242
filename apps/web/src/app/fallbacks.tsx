import { Anchor, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useI18n } from '../i18n/i18n.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';

/** The React error boundary of every page: what happened, and a way out. */
export function AppError({ error, reset }: ErrorComponentProps) {
  return (
    <Center mih="60vh" p="md">
      <ErrorPanel error={error} onRetry={reset} />
    </Center>
  );
}

export function NotFound() {
  const { t } = useI18n();
  return (
    <Center component="main" mih="60vh" p="md">
      <Stack align="center" gap="xs">
        <Title order={1}>{t('notFound.title')}</Title>
        <Text c="dimmed">{t('notFound.text')}</Text>
        <Anchor renderRoot={(props) => <Link to="/workflows" {...props} />}>{t('notFound.back')}</Anchor>
      </Stack>
    </Center>
  );
}

export function PendingPage() {
  const { t } = useI18n();
  return (
    <Center mih="50vh">
      <Loader size="sm" aria-label={t('common.loading')} />
    </Center>
  );
}
