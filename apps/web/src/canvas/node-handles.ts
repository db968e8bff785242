import { type NodeHandle, Position } from '@xyflow/react';
import type { CanvasNode } from './graph-model.ts';
import { cardWidth, heightOf } from './node-size.ts';

/** Diameter of a port, drawn centred on the border of the card. */
const portSize = 10;

/** Where a port is along its side of the card, as a share of the height. */
export function portShare(index: number, ports: number): number {
  return (index + 0.5) / ports;
}

/**
 * The ports as xyflow wants them. Told, not measured: a node that it measures loses its threads until it was measured
 * again, at every change of its state, and for good when two changes fall into one frame.
 */
export function toHandles(node: CanvasNode): NodeHandle[] {
  return [...toSide(node, 'target'), ...toSide(node, 'source')];
}

function toSide(node: CanvasNode, type: 'source' | 'target'): NodeHandle[] {
  const ports = type === 'source' ? node.outputs : node.inputs;
  return ports.map((id, index) => ({
    id,
    type,
    position: type === 'source' ? Position.Right : Position.Left,
    x: (type === 'source' ? cardWidth : 0) - portSize / 2,
    y: heightOf(node) * portShare(index, ports.length) - portSize / 2,
    width: portSize,
    height: portSize,
  }));
}
