/** Where the canvas looks first. Pure: sizes in, viewport out. */
import type { CanvasNode } from './graph-model.ts';
import { cardWidth, centerOf, heightOf } from './node-size.ts';

export interface View {
  x: number;
  y: number;
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

const margin = 44;
const largestZoom = 1.1;
/** Smaller than this a workflow is a line of dots: show its beginning instead, large enough to read. */
const smallestFit = 0.4;
const readableZoom = 0.72;

/** All of the graph where it can be read then; else its first trigger at the left. */
export function toFirstView(nodes: readonly CanvasNode[], size: Size): View {
  if (nodes.length === 0 || size.width === 0) return { x: 0, y: 0, zoom: 1 };
  const left = Math.min(...nodes.map((node) => node.position.x));
  const right = Math.max(...nodes.map((node) => node.position.x + cardWidth));
  const top = Math.min(...nodes.map((node) => node.position.y));
  const bottom = Math.max(...nodes.map((node) => node.position.y + heightOf(node)));
  const fit = Math.min(
    (size.width - 2 * margin) / (right - left),
    (size.height - 2 * margin) / (bottom - top),
    largestZoom,
  );
  if (fit >= smallestFit) {
    return {
      zoom: fit,
      x: size.width / 2 - ((left + right) / 2) * fit,
      y: size.height / 2 - ((top + bottom) / 2) * fit,
    };
  }
  const first = nodes.find((node) => node.trigger) ?? nodes[0]!;
  return {
    zoom: readableZoom,
    x: margin - first.position.x * readableZoom,
    y: size.height / 2 - centerOf(first).y * readableZoom,
  };
}

/** Whether a node can be seen well: all of it, and not at the very edge. */
export function isInView(node: CanvasNode, view: View, size: Size): boolean {
  const left = node.position.x * view.zoom + view.x;
  const top = node.position.y * view.zoom + view.y;
  const right = left + cardWidth * view.zoom;
  const bottom = top + heightOf(node) * view.zoom;
  return left >= 8 && top >= 8 && right <= size.width - 8 && bottom <= size.height - 8;
}
