import { ActionIcon, Tooltip } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { IconFocusCentered, IconMinus, IconPlus, type TablerIcon } from '@tabler/icons-react';
import { Panel, useReactFlow } from '@xyflow/react';
import { useI18n } from '../i18n/i18n.tsx';
import classes from './workflow-canvas.module.css';

export function CanvasControls() {
  const { t } = useI18n();
  const flow = useReactFlow();
  const options = { duration: useReducedMotion() ? 0 : 200 };
  return (
    <Panel position="bottom-left" className={classes['controls'] ?? ''}>
      <Control label={t('canvas.zoomIn')} icon={IconPlus} onClick={() => flow.zoomIn(options)} />
      <Control label={t('canvas.zoomOut')} icon={IconMinus} onClick={() => flow.zoomOut(options)} />
      <Control
        label={t('canvas.fit')}
        icon={IconFocusCentered}
        onClick={() => flow.fitView({ ...options, padding: 0.07, maxZoom: 1.1 })}
      />
    </Panel>
  );
}

function Control({ label, icon: Icon, onClick }: { label: string; icon: TablerIcon; onClick(): void }) {
  return (
    <Tooltip label={label} position="right">
      <ActionIcon variant="subtle" color="gray" size={30} onClick={onClick} aria-label={label}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
