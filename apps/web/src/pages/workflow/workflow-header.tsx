import { ActionIcon, Button, Group, Menu, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { WorkflowDetail } from '@navette/contracts';
import {
  IconBroadcast,
  IconBroadcastOff,
  IconDots,
  IconDownload,
  IconPencil,
  IconPlayerPlay,
  IconTrash,
  IconVersions,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { usePaletteActions } from '../../app/palette-actions.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { ReplayDialog } from '../replay/replay-dialog.tsx';
import { PublishedBadge } from '../workflows/published-badge.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { useWorkflowActions } from './use-workflow-actions.ts';
import classes from './workflow-view.module.css';

export function WorkflowHeader({ workflow, onRun }: { workflow: WorkflowDetail; onRun(): void }) {
  const { t } = useI18n();
  const [renameOpen, rename] = useDisclosure(false);
  const [replayOpen, replay] = useDisclosure(false);
  const actions = useWorkflowActions(workflow);
  const behind = workflow.published && workflow.publishedVersionId !== workflow.draftVersionId;

  usePaletteActions(
    'workflow',
    useMemo(
      () => [
        { id: 'run', label: t('workflow.run'), icon: IconPlayerPlay, run: onRun },
        { id: 'publish', label: t('workflow.publish'), icon: IconBroadcast, run: actions.publish },
        { id: 'export', label: t('workflow.export'), icon: IconDownload, run: actions.exportFile },
        { id: 'rename', label: t('workflow.rename'), icon: IconPencil, run: rename.open },
      ],
      [t, onRun, actions.publish, actions.exportFile, rename.open],
    ),
  );

  return (
    <Group className={classes['head']} justify="space-between" gap="sm">
      <Stack gap={2} miw={0} flex="1 1 260px">
        <Group gap="sm" wrap="nowrap">
          <Title order={1} size="h2" lineClamp={1}>
            {workflow.name}
          </Title>
          <PublishedBadge published={workflow.published} />
        </Group>
        {workflow.description && (
          <Text size="sm" c="dimmed" lineClamp={1} title={workflow.description}>
            {workflow.description}
          </Text>
        )}
      </Stack>
      <Group gap="xs" wrap="nowrap">
        {(!workflow.published || behind) && (
          <Tooltip
            label={behind ? t('workflow.publishNewerHelp') : t('workflow.publishHelp')}
            multiline
            maw={280}
          >
            <Button
              variant="default"
              leftSection={<IconBroadcast size={16} />}
              loading={actions.publishing}
              onClick={actions.publish}
            >
              {behind ? t('workflow.publishNewer') : t('workflow.publish')}
            </Button>
          </Tooltip>
        )}
        <Button leftSection={<IconPlayerPlay size={16} />} onClick={onRun}>
          {t('workflow.run')}
        </Button>
        <Menu position="bottom-end" shadow="md" width={240}>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('common.more')}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={rename.open}>
              {t('workflow.rename')}
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload size={16} />} onClick={actions.exportFile}>
              {t('workflow.export')}
            </Menu.Item>
            <Menu.Item leftSection={<IconVersions size={16} />} onClick={replay.open}>
              {t('replay.lastAction')}
            </Menu.Item>
            {workflow.published && (
              <Menu.Item leftSection={<IconBroadcastOff size={16} />} onClick={actions.unpublish}>
                {t('workflow.unpublish')}
              </Menu.Item>
            )}
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={actions.remove}>
              {t('workflow.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <RenameDialog workflow={workflow} opened={renameOpen} onClose={rename.close} />
      <ReplayDialog workflow={workflow} opened={replayOpen} onClose={replay.close} />
    </Group>
  );
}
