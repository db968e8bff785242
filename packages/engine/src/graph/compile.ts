/** A definition made ready to run: nodes by index, edges both ways, parameters compiled once. Immutable and shared. */
import {
  type AnyNodeDefinition,
  type EffectClass,
  effectOf,
  type Item,
  inputPortsOf,
  outputPortsOf,
  parseNodeParameters,
  type WorkflowEdge,
  type WorkflowNode,
} from '@navette/contracts';
import { type CompiledParameters, compileParameters } from '@navette/expression';
import type { Json, JsonObject } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { NodeTypes, VersionRecord } from '../ports.ts';
import { mayReadClock } from './may-read-clock.ts';
import { createParameterFrame, type ParameterFrame } from './parameter-frame.ts';
import { findRegions, isFlowEdge, type Regions } from './regions.ts';

export interface CompiledEdge {
  /** Index of the node. */
  from: number;
  /** "error" for edges of kind error. */
  fromPort: string;
  to: number;
  toPort: string;
  /** Position of `from` in the region of the edge; -1 for the loop node whose body this is. */
  fromLocal: number;
  toLocal: number;
}

/** The whole graph, or the body of a loop node. Edges belong to the region of their target. */
export interface CompiledRegion {
  /** Undefined for the whole graph. */
  owner: CompiledNode | undefined;
  parent: CompiledRegion | undefined;
  /** Output port of the owner that leads in. */
  port: string;
  /** Input port of the owner that ends the passes. */
  breakPort: string | undefined;
  /** Nodes of this region, without those of the bodies inside. */
  nodes: readonly CompiledNode[];
  /** Edges from the owner into the body. */
  entries: readonly CompiledEdge[];
  /** Edges back to the owner. */
  returns: readonly CompiledEdge[];
  /** How its scopes count the edges into each node at first; see Scope. Made with the first one. */
  edgeCounts: readonly number[] | undefined;
}

export interface CompiledNode {
  index: number;
  node: WorkflowNode;
  definition: AnyNodeDefinition;
  /** Without the raw ones. */
  parameters: CompiledParameters;
  /** Parameters that the node evaluates itself. */
  rawParameters: JsonObject;
  /** The validated parameters, when no template is in them; valid ones only. */
  staticParameters: unknown;
  /** Of templates that stand only where anything may: what is around them, validated. */
  parameterFrame: ParameterFrame | undefined;
  /** Whether the templates may read the time. */
  readsClock: boolean;
  effect: EffectClass;
  inputPorts: readonly string[];
  outputPorts: readonly string[];
  /** Edges that the node waits for: without those that lead back to a loop node. */
  incoming: readonly CompiledEdge[];
  /** Edges to nodes of the same region. */
  outgoing: readonly CompiledEdge[];
  region: CompiledRegion;
  /** Position among the nodes of the region. */
  local: number;
  /** What it runs in passes; undefined for other nodes, and when nothing is connected to its body port. */
  body: CompiledRegion | undefined;
}

export interface CompiledWorkflow {
  version: VersionRecord;
  nodes: readonly CompiledNode[];
  indexById: ReadonlyMap<string, number>;
  indexByName: ReadonlyMap<string, number>;
  root: CompiledRegion;
  /** Where the calls of programs find theirs. */
  nodeTypes: NodeTypes;
}

/** Throws WORKFLOW_INVALID where a node type is unknown here or loops are malformed; the rest was checked when it was saved. */
export function compileWorkflow(version: VersionRecord, nodeTypes: NodeTypes): CompiledWorkflow {
  const { definition } = version;
  const indexById = new Map(definition.nodes.map((node, index) => [node.id, index]));
  const root = createRegion(undefined);
  const nodes = definition.nodes.map((node, index) => compileNode(node, index, nodeTypes, root));
  const regions = findRegions(definition, listLoops(nodes));
  const [issue] = regions.issues;
  if (issue) throw engineErrors.create('WORKFLOW_INVALID', { message: issue.message });
  placeNodes(nodes, indexById, regions);
  definition.edges.forEach((edge, index) => {
    if (isFlowEdge(edge)) connect(nodes, indexById, edge, regions.returns.has(index));
  });
  for (const node of nodes) if (node.body?.entries.length === 0) node.body = undefined;
  return {
    version,
    nodes,
    indexById,
    indexByName: new Map(definition.nodes.map((node, index) => [node.name, index])),
    root,
    nodeTypes,
  };
}

export function createRegion(owner: CompiledNode | undefined): CompiledRegion {
  const passes = owner?.definition.kind === 'node' ? owner.definition.passes : undefined;
  return {
    owner,
    parent: undefined,
    port: passes?.port ?? '',
    breakPort: passes?.breakPort,
    nodes: [],
    entries: [],
    returns: [],
    edgeCounts: undefined,
  };
}

function listLoops(nodes: readonly CompiledNode[]): Map<string, { port: string }> {
  const loops = new Map<string, { port: string }>();
  for (const { node, definition: type } of nodes) {
    if (type.kind === 'node' && type.passes) loops.set(node.id, type.passes);
  }
  return loops;
}

/** Puts each node into its region. */
function placeNodes(
  nodes: readonly CompiledNode[],
  indexById: ReadonlyMap<string, number>,
  regions: Regions,
): void {
  for (const node of nodes) {
    if (node.definition.kind === 'node' && node.definition.passes) node.body = createRegion(node);
  }
  for (const node of nodes) {
    const owner = regions.owners.get(node.node.id);
    if (owner !== undefined) node.region = nodes[indexById.get(owner)!]!.body!;
    node.local = node.region.nodes.length;
    (node.region.nodes as CompiledNode[]).push(node);
    if (node.body) node.body.parent = node.region;
  }
}

function compileNode(
  node: WorkflowNode,
  index: number,
  nodeTypes: NodeTypes,
  region: CompiledRegion,
): CompiledNode {
  const definition = nodeTypes.find(node.type, node.typeVersion);
  if (!definition) {
    throw engineErrors.create('WORKFLOW_INVALID', {
      message: `This server has no node type "${node.type}" version ${node.typeVersion}, which "${node.name}" uses`,
    });
  }
  const { evaluated, raw } = splitParameters(definition, node.parameters);
  const parameters = compileParameters(evaluated);
  const guess = guessParameters(definition, node);
  return {
    index,
    node,
    definition,
    parameters,
    rawParameters: raw,
    // Triggers have no items to evaluate templates on.
    staticParameters: parameters.isStatic || definition.kind === 'trigger' ? guess : undefined,
    parameterFrame: parameters.isStatic ? undefined : createParameterFrame(definition, { evaluated, raw }),
    readsClock: mayReadClock(node.parameters),
    effect: guess === undefined ? 'effect' : effectOf(definition, guess),
    inputPorts: guess === undefined ? ['main'] : inputPortsOf(definition, guess),
    outputPorts: guess === undefined ? ['main'] : outputPortsOf(definition, guess),
    incoming: [],
    outgoing: [],
    region,
    local: index,
    body: undefined,
  };
}

/**
 * The items that a trigger starts with, as it accepts them. Triggers have no templates.
 * @throws what the trigger's `accept` throws when the input does not fit.
 */
export function acceptItems(node: CompiledNode, items: readonly Item[]): Item[] {
  const given: Item[] = items.length > 0 ? [...items] : [{ json: {} }];
  const { definition } = node;
  if (definition.kind !== 'trigger' || !definition.accept) return given;
  const accepted = definition.accept(node.staticParameters, given);
  return accepted.length > 0 ? accepted : [{ json: {} }];
}

function connect(
  nodes: readonly CompiledNode[],
  indexById: ReadonlyMap<string, number>,
  edge: WorkflowEdge,
  isReturn: boolean,
): void {
  const from = nodes[indexById.get(edge.from) ?? -1];
  const to = nodes[indexById.get(edge.to) ?? -1];
  if (!from || !to) return;
  const fromPort = edge.kind === 'error' ? 'error' : edge.fromPort;
  const isEntry = fromPort === from.body?.port;
  const compiled: CompiledEdge = {
    from: from.index,
    fromPort,
    to: to.index,
    toPort: edge.toPort,
    fromLocal: isEntry ? -1 : from.local,
    toLocal: isReturn ? -1 : to.local,
  };
  if (isEntry) (from.body!.entries as CompiledEdge[]).push(compiled);
  else if (!isReturn) (from.outgoing as CompiledEdge[]).push(compiled);
  if (isReturn) (to.body!.returns as CompiledEdge[]).push(compiled);
  else (to.incoming as CompiledEdge[]).push(compiled);
}

export function splitParameters(
  definition: AnyNodeDefinition,
  parameters: JsonObject,
): { evaluated: JsonObject; raw: JsonObject } {
  const names = definition.kind === 'node' ? (definition.rawParameters ?? []) : [];
  const evaluated: JsonObject = {};
  const raw: JsonObject = {};
  for (const [key, value] of Object.entries(parameters)) {
    Object.defineProperty(names.includes(key) ? raw : evaluated, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return { evaluated, raw };
}

/**
 * The parameters as far as they are known before any item: as they are, or with templated top-level ones left at their
 * defaults. Ports and effect class are drawn from them; undefined when neither is valid.
 */
export function guessParameters(definition: AnyNodeDefinition, node: WorkflowNode): unknown {
  try {
    return parseNodeParameters(definition, node.name, node.parameters);
  } catch {
    const literal = Object.fromEntries(
      Object.entries(node.parameters).filter(([, value]) => !hasTemplate(value)),
    );
    const parsed = definition.parameters.safeParse(literal);
    return parsed.success ? parsed.data : undefined;
  }
}

/** Whether any string inside has `{{`. */
export function hasTemplate(value: Json): boolean {
  if (typeof value === 'string') return value.includes('{{');
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some(hasTemplate);
}
