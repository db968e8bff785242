import { Button } from '@mantine/core';
import type { CodeIssue, WorkflowDetail } from '@navette/contracts';
import { IconRoute } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { toCanvasGraph } from '../../canvas/graph-model.ts';
import type { Point } from '../../canvas/layered-layout.ts';
import { LazyCanvas } from '../../canvas/lazy-canvas.tsx';
import { toEdgeStates } from '../../canvas/node-state.ts';
import { useNodeTypes } from '../../canvas/use-node-types.ts';
import type { DefinitionEditor } from '../../editor/use-definition-editor.ts';
import { nodeIdOfPath } from '../../execution/step-path.ts';
import { useLiveExecution } from '../../execution/use-live-execution.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { StepPanel } from '../execution/step-panel.tsx';
import { ExecutionStrip } from './execution-strip.tsx';
import { NodePanel } from './node-panel.tsx';
import classes from './workflow-view.module.css';

interface CanvasTabProps {
  workflow: WorkflowDetail;
  editor: DefinitionEditor;
  codeIssues: readonly CodeIssue[];
  onRun(): void;
}

/** The draft as a drawing; lit up by an execution once one was started from here. */
export function CanvasTab({ workflow, editor, codeIssues, onRun }: CanvasTabProps) {
  const { t } = useI18n();
  const navigate = useNavigate({ from: '/workflows/$workflowId' });
  const { node: chosenId, execution: executionId } = useSearch({ from: '/shell/workflows/$workflowId' });
  const nodeTypes = useNodeTypes();
  const live = useLiveExecution(executionId);
  const shown = executionId === undefined ? editor.state.draft : (live.definition ?? editor.state.draft);
  const graph = useMemo(() => toCanvasGraph(shown, nodeTypes), [shown, nodeTypes]);
  const edgeStates = useMemo(
    () => (live.detail ? toEdgeStates(shown, live.nodeStates) : undefined),
    [shown, live.detail, live.nodeStates],
  );
  const drag = useRef(0);

  const choose = useCallback(
    (node: string | undefined) => void navigate({ search: (old) => ({ ...old, node }), replace: true }),
    [navigate],
  );
  const close = useCallback(() => choose(undefined), [choose]);
  const { dispatch } = editor;
  const onMove = useCallback(
    (moved: ReadonlyMap<string, Point>) => {
      const positions = new Map(
        graph.nodes.map((node) => {
          const { x, y } = moved.get(node.id) ?? node.position;
          return [node.id, [Math.round(x), Math.round(y)] as const];
        }),
      );
      dispatch({ type: 'change', change: { type: 'nodes-moved', positions }, group: `drag ${drag.current}` });
    },
    [graph, dispatch],
  );

  if (shown.nodes.length === 0) {
    return (
      <div className={classes['stage']}>
        <EmptyPanel icon={IconRoute} title={t('canvas.empty')} text={t('canvas.emptyText')}>
          <Button
            variant="default"
            onClick={() => void navigate({ search: (old) => ({ ...old, tab: 'definition' }) })}
          >
            {t('workflow.tabDefinition')}
          </Button>
        </EmptyPanel>
      </div>
    );
  }
  const step = live.steps.find((one) => one.nodeId === chosenId);
  const node = shown.nodes.find((one) => one.id === chosenId);
  return (
    <>
      <div
        className={classes['stage']}
        onPointerDown={() => {
          drag.current += 1;
        }}
      >
        {executionId !== undefined && (
          <ExecutionStrip
            executionId={executionId}
            live={live}
            onClose={() =>
              void navigate({ search: (old) => ({ ...old, execution: undefined }), replace: true })
            }
            onRunAgain={onRun}
          />
        )}
        <LazyCanvas
          key={executionId === undefined ? 'draft' : 'execution'}
          graph={graph}
          nodeStates={live.detail ? live.nodeStates : undefined}
          edgeStates={edgeStates}
          chosenId={chosenId}
          onOpen={choose}
          onClose={close}
          {...(executionId === undefined ? { onMove } : {})}
          label={t('canvas.label', { name: workflow.name })}
        />
      </div>
      {executionId !== undefined && live.detail && step ? (
        <StepPanel
          className={classes['aside']}
          detail={live.detail}
          step={step}
          nodeType={nodeTypes.get(step.nodeType)}
          definition={live.definition}
          steps={live.steps}
          onChooseStep={(path) => choose(nodeIdOfPath(path))}
          onClose={close}
        />
      ) : (
        node && (
          <NodePanel
            node={node}
            nodeType={nodeTypes.get(node.type)}
            issues={codeIssues.filter(({ nodeId }) => nodeId === node.id)}
            onClose={close}
          />
        )
      )}
    </>
  );
}
