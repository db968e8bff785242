import type { CanvasNode } from './graph-model.ts';
import type { Point } from './layered-layout.ts';

/** Narrow enough for the grid of 220 that workflows are commonly drawn on. */
export const cardWidth = 168;
export const cardHeight = 64;
const portSpacing = 24;

/** Taller with many ports. */
export function heightOf(node: CanvasNode): number {
  const ports = Math.max(node.inputs.length, node.outputs.length);
  return Math.max(cardHeight, ports * portSpacing + 16);
}

export function centerOf(node: CanvasNode): Point {
  return { x: node.position.x + cardWidth / 2, y: node.position.y + heightOf(node) / 2 };
}
