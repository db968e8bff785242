import type { ExecutionDetail } from '@navette/contracts';
import { IconRouteOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { toCanvasGraph } from '../../canvas/graph-model.ts';
import { LazyCanvas } from '../../canvas/lazy-canvas.tsx';
import { toEdgeStates } from '../../canvas/node-state.ts';
import { useNodeTypes } from '../../canvas/use-node-types.ts';
import type { LiveExecution } from '../../execution/use-live-execution.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';

interface ExecutionCanvasProps {
  detail: ExecutionDetail;
  live: LiveExecution;
  chosen: string | undefined;
  onChoose(path: string): void;
  onClose(): void;
}

/** The version that runs, drawn and lit up. */
export function ExecutionCanvas({ detail, live, chosen, onChoose, onClose }: ExecutionCanvasProps) {
  const { t } = useI18n();
  const nodeTypes = useNodeTypes();
  const { definition, nodeStates, steps } = live;
  const graph = useMemo(() => definition && toCanvasGraph(definition, nodeTypes), [definition, nodeTypes]);
  const edgeStates = useMemo(
    () => definition && toEdgeStates(definition, nodeStates),
    [definition, nodeStates],
  );
  if (!graph) {
    if (live.definitionGone) {
      return (
        <EmptyPanel
          icon={IconRouteOff}
          title={t('execution.noDefinition')}
          text={t('execution.noDefinitionText')}
        />
      );
    }
    return <RowSkeletons rows={3} />;
  }
  const nodeId = steps.find((step) => step.path === chosen)?.nodeId;
  return (
    <LazyCanvas
      graph={graph}
      nodeStates={nodeStates}
      edgeStates={edgeStates}
      chosenId={nodeId}
      onOpen={(id) => onChoose(steps.findLast((step) => step.nodeId === id)?.path ?? id)}
      onClose={onClose}
      label={t('canvas.label', { name: detail.workflowName })}
    />
  );
}
