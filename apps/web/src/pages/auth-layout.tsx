import { Anchor, Box, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { Logo } from '../ui/logo.tsx';
import classes from './auth-layout.module.css';
import { Weave } from './weave.tsx';

interface AuthLayoutProps {
  title: string;
  text: string;
  children: ReactNode;
}

/** The pages before the sign-in: the product on one side, one form on the other. */
export function AuthLayout({ title, text, children }: AuthLayoutProps) {
  const { t, locale, setLocale } = useI18n();
  return (
    <div className={classes['layout']}>
      <aside className={classes['side']}>
        <Weave />
        <div className={classes['pitch']}>
          <Group gap={10}>
            <Logo size={34} />
            <span className={classes['brand']}>{t('app.name')}</span>
          </Group>
          <p className={classes['line']}>{t('app.tagline')}</p>
        </div>
      </aside>
      <main className={classes['main']}>
        <Box w="100%" maw={400}>
          <Group hiddenFrom="md" gap={10} mb="xl">
            <Logo size={30} />
            <Text fw={680} size="lg">
              {t('app.name')}
            </Text>
          </Group>
          <Stack gap={6} mb="lg">
            <Title order={1}>{title}</Title>
            <Text c="dimmed" size="sm">
              {text}
            </Text>
          </Stack>
          <Paper bg="transparent">{children}</Paper>
          <Anchor
            component="button"
            type="button"
            size="sm"
            mt="xl"
            lang={locale === 'en' ? 'fr' : 'en'}
            onClick={() => setLocale(locale === 'en' ? 'fr' : 'en')}
          >
            {t('language.switch')}
          </Anchor>
        </Box>
      </main>
    </div>
  );
}
