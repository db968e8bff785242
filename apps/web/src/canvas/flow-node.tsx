import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { stepLooks } from '../ui/status.ts';
import classes from './flow-node.module.css';
import type { CanvasNode } from './graph-model.ts';
import { portShare } from './node-handles.ts';
import { NodeIcon } from './node-icon.tsx';
import { cardWidth, heightOf } from './node-size.ts';
import type { NodeState } from './node-state.ts';
import { isNamedPort, portLabels } from './port-label.ts';

export interface FlowNodeData extends Record<string, unknown> {
  node: CanvasNode;
  state: NodeState | undefined;
  chosen: boolean;
}

export type NavetteNode = Node<FlowNodeData, 'step'>;

/** A node as a card: icon, name, type, ports with their names, and what it is doing. */
export const FlowNode = memo(function FlowNode({ data: { node, state, chosen } }: NodeProps<NavetteNode>) {
  const { pick } = useI18n();
  return (
    <div
      className={classes['card']}
      style={{ width: cardWidth, height: heightOf(node) }}
      data-status={state?.status}
      data-chosen={chosen || undefined}
      data-disabled={node.disabled || undefined}
      data-trigger={node.trigger || undefined}
    >
      <Ports ports={node.inputs} side="target" />
      <NodeIcon nodeType={node.nodeType} size={30} />
      <div className={classes['text']}>
        <div className={classes['name']}>{node.name}</div>
        <div className={classes['type']}>{node.nodeType ? pick(node.nodeType.name) : node.type}</div>
      </div>
      {state && <StateChip state={state} />}
      <Ports ports={node.outputs} side="source" />
    </div>
  );
});

function StateChip({ state }: { state: NodeState }) {
  const { t, format } = useI18n();
  const look = stepLooks[state.status];
  const facts = [
    t(look.label),
    state.attempts > 1 ? t('canvas.attempts', { count: state.attempts }) : undefined,
    state.passes > 1 ? t('canvas.passes', { count: state.passes }) : undefined,
    // Of a node with passes the sum of its times says little, and the chip has no room for it.
    state.durationMs !== undefined && state.status === 'succeeded' && state.passes <= 1
      ? format.duration(state.durationMs)
      : undefined,
  ];
  return (
    <div className={classes['chip']} data-color={look.color}>
      <look.icon size={12} stroke={2.3} aria-hidden className={look.spins ? classes['spin'] : undefined} />
      {facts.filter(Boolean).join(' · ')}
    </div>
  );
}

function Ports({ ports, side }: { ports: readonly string[]; side: 'source' | 'target' }) {
  const { t } = useI18n();
  const named = ports.length > 1 || ports.some(isNamedPort);
  return ports.map((port, index) => {
    const top = `${portShare(index, ports.length) * 100}%`;
    const label = portLabels.get(port);
    return (
      <Handle
        key={port}
        id={port}
        type={side}
        position={side === 'source' ? Position.Right : Position.Left}
        isConnectable={false}
        className={classes['port']}
        data-error={port === 'error' || undefined}
        style={{ top }}
      >
        {named && (
          <span className={classes['portName']} data-side={side}>
            {label ? t(label) : port}
          </span>
        )}
      </Handle>
    );
  });
}
