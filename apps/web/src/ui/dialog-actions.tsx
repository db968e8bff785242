import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';

/** The last line of a dialog: nothing is done, or what the button beside it says. */
export function DialogActions({ onClose, children }: { onClose(): void; children: ReactNode }) {
  const { t } = useI18n();
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose}>
        {t('common.cancel')}
      </Button>
      {children}
    </Group>
  );
}
