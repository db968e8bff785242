/** A definition as the canvas draws it: no React in here, so that the editor and tests share it. */
import type { NodeType, WorkflowDefinition, WorkflowNode } from '@navette/contracts';
import { layOutNodes, type Point } from './layered-layout.ts';
import { portOfEdge } from './node-state.ts';

export interface CanvasNode {
  id: string;
  name: string;
  type: string;
  /** Undefined when the catalogue does not know the type. */
  nodeType: NodeType | undefined;
  trigger: boolean;
  disabled: boolean;
  inputs: readonly string[];
  /** The error port last, where errors go on. */
  outputs: readonly string[];
  position: Point;
}

export interface CanvasEdge {
  id: string;
  from: string;
  fromPort: string;
  to: string;
  toPort: string;
  error: boolean;
}

export interface CanvasGraph {
  nodes: readonly CanvasNode[];
  /** In the order of the definition. */
  edges: readonly CanvasEdge[];
}

export function toCanvasGraph(
  definition: WorkflowDefinition,
  nodeTypes: ReadonlyMap<string, NodeType>,
): CanvasGraph {
  const positions = needsLayout(definition) ? layOutNodes(definition) : undefined;
  const used = portsInUse(definition);
  const nodes = definition.nodes.map((node) => {
    const nodeType = nodeTypes.get(node.type);
    const ports = used.get(node.id);
    return {
      id: node.id,
      name: node.name,
      type: node.type,
      nodeType,
      trigger: nodeType?.trigger ?? !ports?.inputs.size,
      disabled: node.disabled,
      inputs: union(nodeType?.inputs ?? [], ports?.inputs),
      outputs: outputsOf(node, nodeType, ports?.outputs),
      position: positions?.get(node.id) ?? { x: node.position[0], y: node.position[1] },
    };
  });
  const edges = definition.edges.map((edge, index) => ({
    id: `${index}:${edge.from}-${edge.to}`,
    from: edge.from,
    fromPort: portOfEdge(edge),
    to: edge.to,
    toPort: edge.toPort,
    error: edge.kind === 'error',
  }));
  return { nodes, edges };
}

interface PortsInUse {
  inputs: Set<string>;
  outputs: Set<string>;
}

function portsInUse(definition: WorkflowDefinition): Map<string, PortsInUse> {
  const used = new Map<string, PortsInUse>(
    definition.nodes.map((node) => [node.id, { inputs: new Set<string>(), outputs: new Set<string>() }]),
  );
  for (const edge of definition.edges) {
    used.get(edge.from)?.outputs.add(portOfEdge(edge));
    used.get(edge.to)?.inputs.add(edge.toPort);
  }
  return used;
}

/** The catalogue knows the ports of default parameters; edges tell the others (the cases of a switch). */
function outputsOf(
  node: WorkflowNode,
  nodeType: NodeType | undefined,
  used: ReadonlySet<string> | undefined,
): string[] {
  const ports = union(nodeType?.outputs ?? ['main'], used).filter((port) => port !== 'error');
  if (node.settings.onError === 'error-port' || used?.has('error')) ports.push('error');
  return ports;
}

function union(known: readonly string[], used: ReadonlySet<string> | undefined): string[] {
  return [...new Set([...known, ...(used ?? [])])];
}

/** Written by hand or by a program, a definition may leave out positions: two nodes on one spot tell it. */
function needsLayout(definition: WorkflowDefinition): boolean {
  const spots = new Set(
    definition.nodes.map(({ position }) => `${Math.round(position[0])},${Math.round(position[1])}`),
  );
  return spots.size < definition.nodes.length;
}
