import { Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { WorkflowDetail } from '@navette/contracts';
import { IconBraces, IconHistory, IconListCheck, IconRoute, IconSettings } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { WorkflowTab } from '../../app/router.tsx';
import { useCodeIssues } from '../../code/use-code-issues.ts';
import { useDefinitionEditor } from '../../editor/use-definition-editor.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { CanvasTab } from './canvas-tab.tsx';
import { CodeIssues } from './code-issues.tsx';
import { DefinitionTab } from './definition-tab.tsx';
import { ExecutionsTab } from './executions-tab.tsx';
import { NodesWithoutJail } from './nodes-without-jail.tsx';
import { RunDialog } from './run-dialog.tsx';
import { SettingsTab } from './settings/settings-tab.tsx';
import { useSettingsForm } from './settings/use-settings-form.ts';
import { UnsavedBar } from './unsaved-bar.tsx';
import { VersionsTab } from './versions-tab.tsx';
import { WorkflowHeader } from './workflow-header.tsx';
import classes from './workflow-view.module.css';

/** One workflow: its canvas, its definition as text, its versions and executions, and what can be done with it. */
export function WorkflowView({ workflow }: { workflow: WorkflowDetail }) {
  const { t } = useI18n();
  const ask = useConfirm();
  const navigate = useNavigate({ from: '/workflows/$workflowId' });
  const { tab = 'canvas' } = useSearch({ from: '/shell/workflows/$workflowId' });
  const [runOpen, run] = useDisclosure(false);
  const leave = useCallback(
    () =>
      ask({
        title: t('editor.leaveTitle'),
        text: t('editor.leaveText'),
        confirmLabel: t('editor.leave'),
        danger: true,
      }),
    [ask, t],
  );
  const editor = useDefinitionEditor(workflow, leave);
  const codeIssues = useCodeIssues(workflow);
  const settings = useSettingsForm(workflow, editor, leave);
  const show = (next: WorkflowTab) => navigate({ search: (old) => ({ ...old, tab: next }), replace: true });

  return (
    <div className={classes['view']}>
      <WorkflowHeader workflow={workflow} onRun={run.open} />
      <Tabs
        value={tab}
        onChange={(value) => show(value as WorkflowTab)}
        className={classes['tabs']}
        keepMounted={false}
      >
        <Tabs.List px={{ base: 'xs', md: 'md' }} className={classes['tabList']}>
          <Tabs.Tab value="canvas" leftSection={<IconRoute size={16} />}>
            {t('workflow.tabCanvas')}
          </Tabs.Tab>
          <Tabs.Tab value="definition" leftSection={<IconBraces size={16} />}>
            {t('workflow.tabDefinition')}
          </Tabs.Tab>
          <Tabs.Tab value="settings" leftSection={<IconSettings size={16} />}>
            {t('workflow.tabSettings')}
          </Tabs.Tab>
          <Tabs.Tab value="versions" leftSection={<IconHistory size={16} />}>
            {t('workflow.tabVersions')}
          </Tabs.Tab>
          <Tabs.Tab value="executions" leftSection={<IconListCheck size={16} />}>
            {t('workflow.tabExecutions')}
          </Tabs.Tab>
        </Tabs.List>
        <UnsavedBar editor={editor} />
        <CodeIssues issues={codeIssues} definition={workflow.definition} />
        <NodesWithoutJail definition={editor.state.draft} />
        <Tabs.Panel value="canvas" className={classes['panel']}>
          <CanvasTab workflow={workflow} editor={editor} codeIssues={codeIssues} onRun={run.open} />
        </Tabs.Panel>
        <Tabs.Panel value="definition" className={classes['panel']}>
          <DefinitionTab editor={editor} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" className={classes['scroll']}>
          <SettingsTab settings={settings} editor={editor} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" className={classes['scroll']}>
          <VersionsTab workflow={workflow} />
        </Tabs.Panel>
        <Tabs.Panel value="executions" className={classes['scroll']}>
          <ExecutionsTab workflowId={workflow.id} onRun={run.open} />
        </Tabs.Panel>
      </Tabs>
      <RunDialog
        workflow={workflow}
        opened={runOpen}
        onClose={run.close}
        onStarted={(execution) => navigate({ search: { execution, tab: 'canvas' } })}
      />
    </div>
  );
}
