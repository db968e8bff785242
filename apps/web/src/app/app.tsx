import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { loadPart } from '../api/load-part.ts';
import type { Catalogue } from '../i18n/catalogue.ts';
import { I18nProvider } from '../i18n/i18n.tsx';
import { cssVariables, theme } from '../theme/theme.ts';
import { ConfirmProvider } from '../ui/confirm.tsx';
import { createAppQueryClient } from './query-client.ts';
import { createAppRouter } from './router.tsx';

const colorSchemeManager = localStorageColorSchemeManager({ key: 'navette-color-scheme' });

const Notifications = lazy(async () => ({
  default: (await loadPart(() => import('./notices.tsx'))).Notices,
}));

export function App({ catalogue }: { catalogue: Catalogue }) {
  const [{ queryClient, router }] = useState(() => {
    const queryClient = createAppQueryClient(() => leaveToSignIn());
    const router = createAppRouter(queryClient);
    const leaveToSignIn = () => {
      const { pathname, href } = router.state.location;
      if (pathname === '/sign-in' || pathname === '/setup') return;
      void router.navigate({ to: '/sign-in', search: { back: href } });
    };
    return { queryClient, router };
  });
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <I18nProvider first={catalogue}>
        <QueryClientProvider client={queryClient}>
          <ConfirmProvider>
            <RouterProvider router={router} />
            <Suspense>
              <Notifications />
            </Suspense>
          </ConfirmProvider>
        </QueryClientProvider>
      </I18nProvider>
    </MantineProvider>
  );
}
