import { Avatar, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconBook, IconLogout, IconSelector, IconSettings } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { type PlainKey, useI18n } from '../i18n/i18n.tsx';
import { Logo } from '../ui/logo.tsx';
import { type NavigationEntry, navigation } from './navigation.ts';
import classes from './shell.module.css';
import { useSignOut } from './use-sign-out.ts';

const groups: readonly { id: NavigationEntry['group']; label: PlainKey }[] = [
  { id: 'work', label: 'nav.groupWork' },
  { id: 'build', label: 'nav.groupBuild' },
  { id: 'manage', label: 'nav.groupManage' },
];

export function Navbar({ onClose }: { onClose(): void }) {
  const { t } = useI18n();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const allowed = navigation.filter((entry) => !entry.scope || session.scopes.includes(entry.scope));
  return (
    <>
      <Link to="/workflows" className={classes['brand']} onClick={onClose}>
        <Logo size={28} />
        {t('app.name')}
      </Link>
      <div className={classes['scroll']}>
        {groups.map((group) => (
          <div key={group.id}>
            <div className={classes['section']}>{t(group.label)}</div>
            {allowed
              .filter((entry) => entry.group === group.id)
              .map((entry) => (
                <Link key={entry.to} to={entry.to} className={classes['link']} onClick={onClose}>
                  <entry.icon size={18} stroke={1.7} aria-hidden />
                  {t(entry.label)}
                </Link>
              ))}
          </div>
        ))}
      </div>
      <div style={{ padding: 8 }}>
        <UserMenu name={session.user.name} email={session.user.email} project={session.project.name} />
      </div>
    </>
  );
}

/** A browser popover: it closes by itself on Escape and on a click elsewhere. */
function UserMenu({ name, email, project }: { name: string; email: string; project: string }) {
  const { t } = useI18n();
  const signOut = useSignOut();
  const menu = useRef<HTMLDivElement>(null);
  const close = () => menu.current?.hidePopover();
  return (
    <>
      <UnstyledButton className={classes['user']} popoverTarget="user-menu">
        <Avatar name={name} color="warp" size={30} radius="md" aria-hidden />
        <Stack gap={0} flex={1} miw={0}>
          <VisuallyHidden>{t('shell.account')}</VisuallyHidden>
          <Text size="sm" fw={550} truncate>
            {name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {project}
          </Text>
        </Stack>
        <IconSelector size={15} aria-hidden />
      </UnstyledButton>
      <div ref={menu} id="user-menu" popover="auto" className={classes['menu']}>
        <p className={classes['menuMail']}>{email}</p>
        <Link to="/settings" className={classes['menuItem']} onClick={close}>
          <IconSettings size={16} aria-hidden />
          {t('nav.settings')}
        </Link>
        <a href="/api/docs" target="_blank" rel="noreferrer" className={classes['menuItem']} onClick={close}>
          <IconBook size={16} aria-hidden />
          {t('shell.apiDocs')}
        </a>
        <button type="button" className={classes['menuItem']} onClick={signOut}>
          <IconLogout size={16} aria-hidden />
          {t('session.signOut')}
        </button>
      </div>
    </>
  );
}
