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

export interface CompiledEdge {
  /** Index of the node. */
  from: number;
  /** "error" for edges of kind error. */
  fromPort: string;
  to: number;
  toPort: string;
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
  effect: EffectClass;
  inputPorts: readonly string[];
  outputPorts: readonly string[];
  incoming: readonly CompiledEdge[];
  outgoing: readonly CompiledEdge[];
}

export interface CompiledWorkflow {
  version: VersionRecord;
  nodes: readonly CompiledNode[];
  indexById: ReadonlyMap<string, number>;
  indexByName: ReadonlyMap<string, number>;
}

/** Throws WORKFLOW_INVALID where a node type is unknown here; the rest was checked when the version was saved. */
export function compileWorkflow(version: VersionRecord, nodeTypes: NodeTypes): CompiledWorkflow {
  const { definition } = version;
  const indexById = new Map(definition.nodes.map((node, index) => [node.id, index]));
  const nodes = definition.nodes.map((node, index) => compileNode(node, index, nodeTypes));
  for (const edge of definition.edges) connect(nodes, indexById, edge);
  return {
    version,
    nodes,
    indexById,
    indexByName: new Map(definition.nodes.map((node, index) => [node.name, index])),
  };
}

function compileNode(node: WorkflowNode, index: number, nodeTypes: NodeTypes): CompiledNode {
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
    effect: guess === undefined ? 'effect' : effectOf(definition, guess),
    inputPorts: guess === undefined ? ['main'] : inputPortsOf(definition, guess),
    outputPorts: guess === undefined ? ['main'] : outputPortsOf(definition, guess),
    incoming: [],
    outgoing: [],
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

function connect(nodes: CompiledNode[], indexById: Map<string, number>, edge: WorkflowEdge): void {
  const from = indexById.get(edge.from);
  const to = indexById.get(edge.to);
  if (from === undefined || to === undefined) return;
  const compiled: CompiledEdge = {
    from,
    fromPort: edge.kind === 'error' ? 'error' : edge.fromPort,
    to,
    toPort: edge.toPort,
  };
  (nodes[from]!.outgoing as CompiledEdge[]).push(compiled);
  (nodes[to]!.incoming as CompiledEdge[]).push(compiled);
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
