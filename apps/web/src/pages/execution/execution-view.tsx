import { Tabs } from '@mantine/core';
import type { ExecutionDetail } from '@navette/contracts';
import { IconChartBar, IconFiles, IconRoute } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { ExecutionTab } from '../../app/router.tsx';
import { useNodeTypes } from '../../canvas/use-node-types.ts';
import type { LiveExecution } from '../../execution/use-live-execution.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { ExecutionApprovals } from '../approvals/execution-approvals.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { DataDeleted } from './data-deleted.tsx';
import { canBuildOn, type ExecutionAction } from './execution-action.ts';
import { ExecutionCanvas } from './execution-canvas.tsx';
import { ExecutionDoubts } from './execution-doubts.tsx';
import { ExecutionHeader } from './execution-header.tsx';
import classes from './execution-view.module.css';
import { FilesTab } from './files-tab.tsx';
import { StepPanel } from './step-panel.tsx';
import { Timeline } from './timeline.tsx';

interface ExecutionViewProps {
  detail: ExecutionDetail;
  live: LiveExecution;
}

/** One execution: what became of it, step by step, on a time axis, on the canvas, and the files it made. */
export function ExecutionView({ detail, live }: ExecutionViewProps) {
  const { t } = useI18n();
  const nodeTypes = useNodeTypes();
  const navigate = useNavigate({ from: '/executions/$executionId' });
  const { tab = 'timeline', step: chosen } = useSearch({ from: '/shell/executions/$executionId' });
  const choose = useCallback(
    (step: string | undefined) => void navigate({ search: (old) => ({ ...old, step }), replace: true }),
    [navigate],
  );
  const close = useCallback(() => choose(undefined), [choose]);
  const step = live.steps.find((one) => one.path === chosen);
  const [action, setAction] = useState<ExecutionAction>();
  return (
    <div className={classes['view']}>
      <ExecutionHeader
        detail={detail}
        live={live}
        chosen={chosen}
        onChooseStep={choose}
        onAction={setAction}
      />
      <DataDeleted detail={detail} />
      <ExecutionDoubts executionId={detail.id} steps={live.steps} />
      <ExecutionApprovals detail={detail} />
      <div className={classes['body']}>
        <Tabs
          value={tab}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, tab: value as ExecutionTab }), replace: true })
          }
          className={classes['tabs']}
          keepMounted={false}
        >
          <Tabs.List px={{ base: 'xs', md: 'md' }} className={classes['tabList']}>
            <Tabs.Tab value="timeline" leftSection={<IconChartBar size={16} />}>
              {t('execution.tabTimeline')}
            </Tabs.Tab>
            <Tabs.Tab value="canvas" leftSection={<IconRoute size={16} />}>
              {t('workflow.tabCanvas')}
            </Tabs.Tab>
            <Tabs.Tab value="files" leftSection={<IconFiles size={16} />}>
              {t('execution.tabFiles')}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="timeline" className={classes['scroll']}>
            <Timeline
              detail={detail}
              steps={live.steps}
              nodeTypes={nodeTypes}
              chosen={chosen}
              onChoose={choose}
            />
          </Tabs.Panel>
          <Tabs.Panel value="canvas" className={classes['panel']}>
            <ExecutionCanvas detail={detail} live={live} chosen={chosen} onChoose={choose} onClose={close} />
          </Tabs.Panel>
          <Tabs.Panel value="files" className={classes['scroll']}>
            <FilesTab executionId={detail.id} onChooseStep={choose} />
          </Tabs.Panel>
        </Tabs>
        {step && (
          <StepPanel
            className={classes['aside']}
            detail={detail}
            step={step}
            nodeType={nodeTypes.get(step.nodeType)}
            definition={live.definition}
            steps={live.steps}
            onChooseStep={choose}
            onClose={close}
            onAction={canBuildOn(detail) ? setAction : undefined}
          />
        )}
      </div>
      <ActionDialog detail={detail} steps={live.steps} action={action} onClose={() => setAction(undefined)} />
    </div>
  );
}
