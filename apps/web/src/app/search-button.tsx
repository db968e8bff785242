import { Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useI18n } from '../i18n/i18n.tsx';
import classes from './shell.module.css';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function SearchButton({ onOpen }: { onOpen(): void }) {
  const { t } = useI18n();
  return (
    <UnstyledButton className={classes['search']} onClick={onOpen} aria-keyshortcuts="Control+K Meta+K">
      <IconSearch size={15} aria-hidden />
      <span className={classes['searchText']}>{t('palette.button')}</span>
      <Kbd size="xs" visibleFrom="sm" aria-hidden>
        {isApple ? '⌘ K' : 'Ctrl K'}
      </Kbd>
    </UnstyledButton>
  );
}
