import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, type RefObject, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react';
import { loadPart } from '../api/load-part.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { Breadcrumbs, BreadcrumbsProvider } from './breadcrumbs.tsx';
import { ConnectionState } from './connection-state.tsx';
import { LiveProjectProvider } from './live-project.tsx';
import { Navbar } from './navbar.tsx';
import { PaletteProvider } from './palette-actions.tsx';
import { SearchButton } from './search-button.tsx';
import classes from './shell.module.css';

const CommandPalette = lazy(async () => ({
  default: (await loadPart(() => import('./command-palette.tsx'))).CommandPalette,
}));

/** The frame of every signed-in page: navigation left, breadcrumbs and search on top, the page in the rest. */
export function Shell() {
  const { t } = useI18n();
  const [menuOpen, menu] = useDisclosure(false);
  const [paletteOpen, palette] = useDisclosure(false);
  const [paletteUsed, setPaletteUsed] = useState(false);
  if (paletteOpen && !paletteUsed) setPaletteUsed(true);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  useHotkeys([['mod+K', palette.toggle]], []);

  useArrival(pathname, main, menu.close);

  return (
    <LiveProjectProvider>
      <BreadcrumbsProvider>
        <PaletteProvider>
          <button type="button" className="skip-link" onClick={() => main.current?.focus()}>
            {t('shell.skip')}
          </button>
          <AppShell
            layout="alt"
            header={{ height: 56 }}
            navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
            transitionDuration={150}
          >
            <AppShell.Header className={classes['header']}>
              <Group h="100%" px="md" gap="sm" wrap="nowrap">
                <Burger
                  opened={menuOpen}
                  onClick={menu.toggle}
                  hiddenFrom="sm"
                  size="sm"
                  aria-label={t('shell.menu')}
                  aria-expanded={menuOpen}
                />
                <Breadcrumbs />
                <ConnectionState />
                <SearchButton onOpen={palette.open} />
              </Group>
            </AppShell.Header>
            <AppShell.Navbar className={classes['navbar']} aria-label={t('shell.navigation')}>
              <Navbar onClose={menu.close} />
            </AppShell.Navbar>
            <AppShell.Main ref={main} id="main" tabIndex={-1} className={classes['main']}>
              <Outlet />
            </AppShell.Main>
          </AppShell>
          {paletteUsed && (
            <Suspense>
              <CommandPalette opened={paletteOpen} onClose={palette.close} />
            </Suspense>
          )}
        </PaletteProvider>
      </BreadcrumbsProvider>
    </LiveProjectProvider>
  );
}

/** On every move to another page the menu closes, and a focus that went with the old page goes to the new one. */
function useArrival(pathname: string, main: RefObject<HTMLElement | null>, closeMenu: () => void): void {
  const last = useRef(pathname);
  const arrive = useEffectEvent(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    closeMenu();
    if (document.activeElement === null || document.activeElement === document.body) {
      main.current?.focus({ preventScroll: true });
    }
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs because the page is another one
  useEffect(() => {
    const timer = setTimeout(arrive, 150);
    return () => clearTimeout(timer);
  }, [pathname]);
}
