import { Kbd, Modal, ScrollArea, TextInput, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import {
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  type TablerIcon,
} from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { sessionQuery, workflowsQuery } from '../api/queries.ts';
import { useI18n } from '../i18n/i18n.tsx';
import classes from './command-palette.module.css';
import { matchesQuery } from './match-query.ts';
import { navigation, navigationIcons } from './navigation.ts';
import { usePageActions } from './palette-actions.tsx';
import { useSignOut } from './use-sign-out.ts';

interface Command {
  id: string;
  section: string;
  label: string;
  icon: TablerIcon;
  run(): void;
}

/** Ctrl/Cmd+K: pages, workflows by name and what can be done here. A combobox over one list, by keyboard or pointer. */
export function CommandPalette({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useI18n();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      size={560}
      yOffset="12vh"
      padding={0}
      radius="lg"
      transitionProps={{ duration: 120 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.open')}>
        <Modal.Body>{opened && <PaletteBody onClose={onClose} />}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function PaletteBody({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands(text);
  const active = Math.min(at, commands.length - 1);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowDown: (active + 1) % commands.length,
      ArrowUp: (active - 1 + commands.length) % commands.length,
      Home: 0,
      End: commands.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined && commands.length > 0) {
      event.preventDefault();
      setAt(to);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(commands[active]);
    }
  };

  return (
    <>
      <TextInput
        data-autofocus
        variant="unstyled"
        classNames={{ input: classes['input'] ?? '' }}
        size="md"
        px="sm"
        leftSection={<IconSearch size={17} aria-hidden />}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={commands.length > 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ScrollArea.Autosize mah="50vh" className={classes['list']} viewportProps={{ tabIndex: -1 }}>
        <div role="listbox" id={listId} aria-label={t('palette.results')} ref={list}>
          {commands.map((command, index) => (
            <div key={command.id}>
              {command.section !== commands[index - 1]?.section && (
                <div className={classes['section']} aria-hidden>
                  {command.section}
                </div>
              )}
              <div
                role="option"
                id={`${listId}-${index}`}
                data-index={index}
                aria-selected={index === active}
                tabIndex={-1}
                className={classes['option']}
                onMouseMove={() => setAt(index)}
                onClick={() => run(command)}
                onKeyDown={onKeyDown}
              >
                <command.icon size={17} stroke={1.7} aria-hidden />
                {command.label}
              </div>
            </div>
          ))}
        </div>
        {commands.length === 0 && <div className={classes['empty']}>{t('palette.nothing')}</div>}
      </ScrollArea.Autosize>
      <div className={classes['foot']} aria-hidden>
        <Kbd size="xs">↑</Kbd>
        <Kbd size="xs">↓</Kbd> {t('palette.hintMove')} <Kbd size="xs">↵</Kbd> {t('palette.hintRun')}{' '}
        <Kbd size="xs">Esc</Kbd> {t('palette.hintClose')}
      </div>
    </>
  );
}

function useCommands(text: string): readonly Command[] {
  const { t } = useI18n();
  const fixed = useFixedCommands();
  const [search] = useDebouncedValue(text.trim(), 150);
  const router = useRouter();
  const found = useInfiniteQuery({
    ...workflowsQuery({ search: search || undefined }),
    placeholderData: (old) => old,
  });
  const workflows = (found.data?.pages[0]?.items ?? []).slice(0, 8).map(
    (workflow): Command => ({
      id: workflow.id,
      section: t('palette.workflows'),
      label: workflow.name,
      icon: navigationIcons.workflow,
      run: () =>
        void router.navigate({
          to: '/workflows/$workflowId',
          params: { workflowId: workflow.id },
          search: {},
        }),
    }),
  );
  return [...fixed, ...workflows].filter((command) => matchesQuery(command.label, text));
}

function useFixedCommands(): readonly Command[] {
  const { t, locale, setLocale } = useI18n();
  const router = useRouter();
  const page = usePageActions();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { data: session } = useQuery(sessionQuery);
  const signOut = useSignOut();
  return useMemo(() => {
    const dark = colorScheme === 'dark';
    const here = page.map((action): Command => ({ ...action, section: t('palette.here') }));
    const pages = navigation
      .filter((entry) => !entry.scope || session?.scopes.includes(entry.scope))
      .map(
        (entry): Command => ({
          id: entry.to,
          section: t('palette.pages'),
          label: t(entry.label),
          icon: entry.icon,
          run: () => void router.navigate({ to: entry.to }),
        }),
      );
    const section = t('palette.actions');
    const actions: Command[] = [
      {
        id: 'scheme',
        section,
        label: dark ? t('palette.light') : t('palette.dark'),
        icon: dark ? IconSun : IconMoon,
        run: () => setColorScheme(dark ? 'light' : 'dark'),
      },
      {
        id: 'language',
        section,
        label: t('palette.otherLanguage'),
        icon: IconLanguage,
        run: () => setLocale(locale === 'en' ? 'fr' : 'en'),
      },
      { id: 'sign-out', section, label: t('session.signOut'), icon: IconLogout, run: signOut },
    ];
    return [...here, ...pages, ...actions];
  }, [t, locale, setLocale, router, page, colorScheme, setColorScheme, session, signOut]);
}
