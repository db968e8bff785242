import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  getSmoothStepPath,
} from '@xyflow/react';
import { memo } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import classes from './flow-edge.module.css';
import { cardHeight } from './node-size.ts';
import type { EdgeState } from './node-state.ts';

export interface FlowEdgeData extends Record<string, unknown> {
  error: boolean;
  state: EdgeState | undefined;
}

export type NavetteEdge = Edge<FlowEdgeData, 'thread'>;

/** A thread between two nodes; it carries the number of items that went over it. */
export const FlowEdge = memo(function FlowEdge(props: EdgeProps<NavetteEdge>) {
  const { t, format } = useI18n();
  const [path, labelX, labelY] = toPath(props);
  const { error, state } = props.data ?? { error: false, state: undefined };
  const look = state?.active
    ? 'active'
    : state?.count === 0
      ? 'empty'
      : state?.count || state?.entered
        ? 'used'
        : 'idle';
  return (
    <>
      <BaseEdge path={path} className={classes['edge']} data-look={look} data-error={error || undefined} />
      {state?.count !== undefined && (
        <EdgeLabelRenderer>
          <div
            className={classes['count']}
            data-look={look}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
            title={t('canvas.items', { count: state.count })}
          >
            {format.number(state.count)}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

/** The way back of a loop goes below the nodes, not through them. */
function toPath(props: EdgeProps<NavetteEdge>) {
  const { sourceX, sourceY, targetX, targetY } = props;
  if (targetX >= sourceX) return getBezierPath(props);
  const centerY = Math.max(sourceY, targetY) + cardHeight * 2.25;
  return getSmoothStepPath({ ...props, centerY, borderRadius: 16, offset: 26 });
}
