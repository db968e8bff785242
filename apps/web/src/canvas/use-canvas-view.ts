import { useReducedMotion } from '@mantine/hooks';
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useEffectEvent, useRef } from 'react';
import { isInView, toFirstView } from './first-view.ts';
import type { CanvasGraph } from './graph-model.ts';
import { centerOf } from './node-size.ts';
import type { NodeState } from './node-state.ts';

export interface CanvasView {
  /** Looks at the whole graph, or its beginning. */
  start(): void;
  /** Brings a node into view, if it is not. */
  reveal(nodeId: string): void;
  /** The reader moved the view: from then on it stays where they put it. */
  onMoved(): void;
}

/** Moves the view where something happens: to the chosen node, and to the node that runs until the reader moves it. */
export function useCanvasView(
  graph: CanvasGraph,
  states: ReadonlyMap<string, NodeState> | undefined,
  chosenId: string | undefined,
): CanvasView {
  const flow = useReactFlow();
  const store = useStoreApi();
  const calm = useReducedMotion();
  const follows = useRef(true);

  const readSize = useCallback(() => {
    const { width, height } = store.getState();
    return { width, height };
  }, [store]);
  const start = useCallback(
    () => void flow.setViewport(toFirstView(graph.nodes, readSize())),
    [flow, graph, readSize],
  );
  const reveal = useCallback(
    (nodeId: string) => {
      const node = graph.nodes.find((one) => one.id === nodeId);
      const view = flow.getViewport();
      if (!node || isInView(node, view, readSize())) return;
      const { x, y } = centerOf(node);
      void flow.setCenter(x, y, { zoom: Math.max(view.zoom, 0.5), duration: calm ? 0 : 260 });
    },
    [flow, graph, calm, readSize],
  );

  const activeId = states && findActive(graph, states);
  const follow = useEffectEvent((nodeId: string) => {
    if (follows.current) reveal(nodeId);
  });
  useEffect(() => {
    if (activeId !== undefined) follow(activeId);
  }, [activeId]);

  const revealLater = useEffectEvent((nodeId: string) => reveal(nodeId));
  useEffect(() => {
    if (chosenId === undefined) return;
    // The panel that opens takes room from the canvas: look once it has its new size.
    const timer = setTimeout(() => revealLater(chosenId), 80);
    return () => clearTimeout(timer);
  }, [chosenId]);

  return {
    start,
    reveal,
    onMoved: () => {
      follows.current = false;
    },
  };
}

function findActive(graph: CanvasGraph, states: ReadonlyMap<string, NodeState>): string | undefined {
  return graph.nodes.find((node) => {
    const status = states.get(node.id)?.status;
    return status === 'running' || status === 'retrying' || status === 'waiting';
  })?.id;
}
