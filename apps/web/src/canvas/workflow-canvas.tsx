import './xyflow.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  Background,
  BackgroundVariant,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useStore,
} from '@xyflow/react';
import { type FocusEvent, type KeyboardEvent, useCallback, useMemo, useRef } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { stepLooks } from '../ui/status.ts';
import { CanvasControls } from './canvas-controls.tsx';
import { FlowEdge, type NavetteEdge } from './flow-edge.tsx';
import { FlowNode, type NavetteNode } from './flow-node.tsx';
import type { CanvasGraph, CanvasNode } from './graph-model.ts';
import type { Point } from './layered-layout.ts';
import { isDirection, toNearestNode } from './nearest-node.ts';
import { toHandles } from './node-handles.ts';
import { cardWidth, heightOf } from './node-size.ts';
import type { EdgeState, NodeState } from './node-state.ts';
import { type CanvasView, useCanvasView } from './use-canvas-view.ts';
import classes from './workflow-canvas.module.css';

export interface WorkflowCanvasProps {
  graph: CanvasGraph;
  /** What nodes do in the execution that is shown. */
  nodeStates?: ReadonlyMap<string, NodeState> | undefined;
  /** In the order of the graph's edges. */
  edgeStates?: readonly EdgeState[] | undefined;
  /** The node whose panel is open. */
  chosenId?: string | undefined;
  onOpen(nodeId: string): void;
  onClose?(): void;
  /** Nodes can be dragged when given; positions are only told, the owner keeps them. */
  onMove?(positions: ReadonlyMap<string, Point>): void;
  label: string;
}

const nodeTypes = { step: FlowNode };
const edgeTypes = { thread: FlowEdge };
const manyNodes = 150;
/** Below it the small print goes and names grow, so that a whole workflow can be read at a glance. */
const farZoom = 0.58;

/** Draws a graph. It keeps nothing but the view: data comes in, wishes go out. */
export function WorkflowCanvas(props: WorkflowCanvasProps) {
  return (
    <ReactFlowProvider>
      <CanvasBody {...props} />
    </ReactFlowProvider>
  );
}

function CanvasBody(props: WorkflowCanvasProps) {
  const { graph, nodeStates, edgeStates, chosenId, onOpen, onClose, onMove, label } = props;
  const { t } = useI18n();
  const scheme = useComputedColorScheme();
  const far = useStore((state) => state.transform[2] < farZoom);
  const nodes = useFlowNodes(graph, nodeStates, chosenId);
  const edges = useFlowEdges(graph, edgeStates);
  const spokenKeys = useSpokenKeys();
  const view = useCanvasView(graph, nodeStates, chosenId);
  const onKeyDown = useCanvasKeys(graph.nodes, view, onOpen, onClose);

  const onFocus = (event: FocusEvent<HTMLElement>) => {
    const id = event.target.dataset['id'];
    if (id !== undefined && event.target.matches('.react-flow__node:focus-visible')) view.reveal(id);
  };

  const onNodesChange = useCallback(
    (changes: NodeChange<NavetteNode>[]) => {
      const positions = new Map<string, Point>();
      for (const change of changes) {
        if (change.type === 'position' && change.position) positions.set(change.id, change.position);
      }
      if (positions.size > 0) onMove?.(positions);
    },
    [onMove],
  );

  return (
    <section
      className={classes['canvas']}
      aria-label={label}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      data-far={far || undefined}
    >
      <ReactFlow<NavetteNode, NavetteEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onNodeClick={(_, node) => onOpen(node.id)}
        onPaneClick={() => onClose?.()}
        colorMode={scheme}
        nodesDraggable={onMove !== undefined}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        onlyRenderVisibleElements={graph.nodes.length > manyNodes}
        minZoom={0.08}
        maxZoom={1.8}
        onInit={view.start}
        onMoveStart={(event) => event && view.onMoved()}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={spokenKeys}
        aria-label={label}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.6} color="var(--navette-canvas-dot)" />
        <CanvasControls />
        {graph.nodes.length > 1 && (
          <MiniMap<NavetteNode>
            className={classes['map'] ?? ''}
            pannable
            zoomable
            ariaLabel={t('canvas.map')}
            nodeColor={(node) => mapColor(node.data.state)}
            nodeBorderRadius={12}
          />
        )}
      </ReactFlow>
    </section>
  );
}

/** What a screen reader says of the keys of a node, in place of words on keys that do nothing here. */
function useSpokenKeys() {
  const { t } = useI18n();
  return useMemo(() => {
    const keys = t('canvas.nodeKeys');
    return {
      'node.a11yDescription.default': keys,
      'node.a11yDescription.keyboardDisabled': keys,
      // Edges take no focus.
      'edge.a11yDescription.default': '',
    };
  }, [t]);
}

function useFlowNodes(
  graph: CanvasGraph,
  states: ReadonlyMap<string, NodeState> | undefined,
  chosenId: string | undefined,
): NavetteNode[] {
  const { t, pick } = useI18n();
  const before = useRef(new Map<string, NavetteNode>());
  return useMemo(() => {
    const next = new Map<string, NavetteNode>();
    for (const node of graph.nodes) {
      const state = states?.get(node.id);
      const chosen = node.id === chosenId;
      const type = node.nodeType ? pick(node.nodeType.name) : node.type;
      const ariaLabel = state
        ? `${node.name}, ${type}, ${t(stepLooks[state.status].label)}`
        : `${node.name}, ${type}`;
      const old = before.current.get(node.id);
      const same = old?.data.node === node && old.data.chosen === chosen && old.ariaLabel === ariaLabel;
      next.set(
        node.id,
        same && old.data.state === state
          ? old
          : {
              id: node.id,
              type: 'step',
              position: node.position,
              data: { node, state, chosen },
              width: cardWidth,
              height: heightOf(node),
              handles: toHandles(node),
              ariaRole: 'button',
              ariaLabel,
              focusable: true,
            },
      );
    }
    before.current = next;
    return [...next.values()];
  }, [graph, states, chosenId, t, pick]);
}

function useFlowEdges(graph: CanvasGraph, states: readonly EdgeState[] | undefined): NavetteEdge[] {
  return useMemo(
    () =>
      graph.edges.map((edge, index) => ({
        id: edge.id,
        type: 'thread',
        source: edge.from,
        sourceHandle: edge.fromPort,
        target: edge.to,
        targetHandle: edge.toPort,
        focusable: false,
        data: { error: edge.error, state: states?.[index] },
      })),
    [graph, states],
  );
}

/** Enter opens the focused node, arrows walk to its neighbours, Escape closes the panel. */
function useCanvasKeys(
  nodes: readonly CanvasNode[],
  view: CanvasView,
  onOpen: (id: string) => void,
  onClose?: () => void,
) {
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') return onClose?.();
    const element = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node');
    const id = element?.dataset['id'];
    if (id === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen(id);
      return;
    }
    if (!isDirection(event.key)) return;
    event.preventDefault();
    const to = toNearestNode(nodes, id, event.key);
    if (!to) return;
    view.reveal(to.id);
    focusNode(event.currentTarget, to.id);
  };
}

const focusTries = 20;

/** A node far away is drawn only once the view has come near: look again for a few frames. */
function focusNode(root: HTMLElement, id: string, tries = focusTries): void {
  const node = root.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  if (node) node.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusNode(root, id, tries - 1));
}

function mapColor(state: NodeState | undefined): string {
  const color = state ? stepLooks[state.status].color : 'gray';
  return color === 'gray' ? 'light-dark(#cdd2e1, #454b64)' : `var(--mantine-color-${color}-6)`;
}
