import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconGitFork, IconPlayerTrackNext, IconVersions } from '@tabler/icons-react';
import { useI18n } from '../../i18n/i18n.tsx';
import type { ExecutionAction } from './execution-action.ts';

interface ExecutionMenuProps {
  step: string | undefined;
  onAction(action: ExecutionAction): void;
}

/** What can be made from an execution that has ended, beside a retry. */
export function ExecutionMenu({ step, onAction }: ExecutionMenuProps) {
  const { t } = useI18n();
  return (
    <Menu position="bottom-end" shadow="md" width={280}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('common.more')}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPlayerTrackNext size={16} />}
          onClick={() => onAction({ kind: 'rerun', step })}
        >
          {t('again.rerun')}
        </Menu.Item>
        <Menu.Item leftSection={<IconGitFork size={16} />} onClick={() => onAction({ kind: 'fork', step })}>
          {t('again.fork')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconVersions size={16} />}
          onClick={() => onAction({ kind: 'replay', step })}
        >
          {t('replay.action')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
