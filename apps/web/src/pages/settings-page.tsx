import {
  Button,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { IconBook, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQuery, setupQuery } from '../api/queries.ts';
import { useBreadcrumbs } from '../app/breadcrumbs.tsx';
import { useSignOut } from '../app/use-sign-out.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { isLocale } from '../i18n/locale.ts';
import { Page } from '../ui/page.tsx';
import { Surface } from '../ui/surface.tsx';
import { PolicyOverview } from './policies/policy-overview.tsx';
import { EngineOverview } from './settings-engines.tsx';

/** What is the reader's own: language, colours, who they are. */
export function SettingsPage() {
  const { t } = useI18n();
  useBreadcrumbs([{ label: t('nav.settings') }]);
  return (
    <Page title={t('nav.settings')}>
      <Stack maw={760} gap="lg">
        <Surface>
          <Setting title={t('settings.language')} text={t('settings.languageHelp')}>
            <LanguageChoice />
          </Setting>
          <Setting title={t('settings.colors')} text={t('settings.colorsHelp')}>
            <ColorChoice />
          </Setting>
        </Surface>
        <Profile />
        <EngineOverview />
        <PolicyOverview />
        <About />
      </Stack>
    </Page>
  );
}

function Setting({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <Group justify="space-between" p="lg" gap="md">
      <div style={{ flex: '1 1 220px' }}>
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </div>
      {children}
    </Group>
  );
}

function LanguageChoice() {
  const { t, locale, setLocale } = useI18n();
  return (
    <SegmentedControl
      aria-label={t('settings.language')}
      value={locale}
      onChange={(value) => isLocale(value) && setLocale(value)}
      data={[
        { value: 'en', label: t('language.en') },
        { value: 'fr', label: t('language.fr') },
      ]}
    />
  );
}

function ColorChoice() {
  const { t } = useI18n();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const option = (icon: ReactNode, text: string) => (
    <Group gap={6} wrap="nowrap">
      {icon}
      {text}
    </Group>
  );
  return (
    <SegmentedControl
      aria-label={t('settings.colors')}
      value={colorScheme}
      onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
      data={[
        { value: 'auto', label: option(<IconDeviceDesktop size={16} aria-hidden />, t('settings.auto')) },
        { value: 'light', label: option(<IconSun size={16} aria-hidden />, t('settings.light')) },
        { value: 'dark', label: option(<IconMoon size={16} aria-hidden />, t('settings.dark')) },
      ]}
    />
  );
}

function Profile() {
  const { t } = useI18n();
  const { data: session } = useQuery(sessionQuery);
  const signOut = useSignOut();
  if (!session) return null;
  return (
    <Surface p="lg">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {t('settings.profile')}
        </Title>
        <Button variant="default" leftSection={<IconLogout size={16} />} onClick={signOut}>
          {t('session.signOut')}
        </Button>
      </Group>
      <Table variant="vertical" fz="sm">
        <Table.Tbody>
          <Table.Tr>
            <Table.Th w={180}>{t('common.name')}</Table.Th>
            <Table.Td>{session.user.name}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th>{t('session.email')}</Table.Th>
            <Table.Td>{session.user.email}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th>{t('settings.project')}</Table.Th>
            <Table.Td>{session.project.name}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
    </Surface>
  );
}

function About() {
  const { t } = useI18n();
  const { data: setup } = useQuery(setupQuery);
  return (
    <Surface>
      <Setting
        title={t('settings.about')}
        text={setup ? t('settings.version', { version: setup.version }) : t('common.loading')}
      >
        <Button
          component="a"
          href="/api/docs"
          target="_blank"
          variant="default"
          leftSection={<IconBook size={16} />}
        >
          {t('shell.apiDocs')}
        </Button>
      </Setting>
    </Surface>
  );
}
