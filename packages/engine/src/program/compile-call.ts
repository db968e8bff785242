import {
  type AnyNodeDefinition,
  type CallRequest,
  effectOf,
  inputPortsOf,
  nodeSchema,
  outputPortsOf,
  parseNodeParameters,
  type WorkflowNode,
} from '@navette/contracts';
import { compileParameters } from '@navette/expression';
import { hashContent, isRecord, type JsonObject } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode, CompiledRegion } from '../graph/compile.ts';
import type { NodeTypes } from '../ports.ts';

const noRequest: CallRequest = { parameters: {} };
const nothing = compileParameters({});

/**
 * The node behind a call. Parameters are values and never templates; those that do not fit are refused when it runs.
 * @param id the last part of its path.
 * @param asked undefined until the program says it (again).
 * @throws PROGRAM_CALL_INVALID
 */
export function compileCall(
  nodeTypes: NodeTypes,
  call: { id: string; nodeType: string; name?: string | undefined },
  asked: CallRequest | undefined,
  region: CompiledRegion,
): CompiledNode {
  const { parameters, credentials, settings } = asked ?? noRequest;
  const node = parseNode(call, { parameters, credentials, settings });
  const definition = findCallable(nodeTypes, node.type);
  const parsed = asked && tryParse(() => parseNodeParameters(definition, node.name, parameters));
  return {
    index: -1,
    node,
    definition,
    parameters: { isStatic: true, references: nothing.references, evaluate: () => parameters },
    rawParameters: {},
    parameterFrame: undefined,
    staticParameters: parsed,
    readsClock: false,
    effect: parsed === undefined ? 'effect' : effectOf(definition, parsed),
    inputPorts: parsed === undefined ? ['main'] : inputPortsOf(definition, parsed),
    outputPorts: parsed === undefined ? ['main'] : outputPortsOf(definition, parsed),
    incoming: [],
    outgoing: [],
    region,
    local: region.nodes.length,
    body: undefined,
  };
}

/** The same call has the same digest. */
export function digestCall(
  nodeType: string,
  { parameters, items, credentials, settings }: CallRequest,
): string {
  const asked: JsonObject = { nodeType, parameters };
  if (items) asked['items'] = items;
  if (credentials) asked['credentials'] = credentials;
  if (settings) asked['settings'] = settings;
  return hashContent(asked);
}

function findCallable(nodeTypes: NodeTypes, type: string) {
  const definition = nodeTypes.find(type, 1);
  const refusal = definition && describeRefusal(definition);
  if (definition?.kind === 'node' && refusal === undefined) return definition;
  const reason = refusal ?? 'there is no such node type';
  throw engineErrors.create('PROGRAM_CALL_INVALID', { params: { call: type, reason } });
}

function describeRefusal(definition: AnyNodeDefinition): string | undefined {
  if (definition.kind === 'trigger') return 'it is a trigger, which starts executions';
  if (definition.program) return 'to run another program, publish it as a workflow and call ctx.child';
  return definition.notCallable && `in a program, ${definition.notCallable}`;
}

function parseNode(
  { id, nodeType, name }: { id: string; nodeType: string; name?: string | undefined },
  given: object,
): WorkflowNode {
  const known: Record<string, unknown> = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  // No node of a graph has an "@" in its id.
  if (isRecord(known['settings']) && known['settings']['compensate'] !== undefined) {
    const reason =
      'settings.compensate names nodes of a graph; a program undoes what it did by calls of its own';
    throw engineErrors.create('PROGRAM_CALL_INVALID', { params: { call: name ?? id, reason } });
  }
  const parsed = nodeSchema.safeParse({ ...known, id: 'call', name: name ?? id.slice(1), type: nodeType });
  if (parsed.success) return { ...parsed.data, id };
  const [issue] = parsed.error.issues;
  const reason = `${issue!.path.join('.')}: ${issue!.message}`;
  throw engineErrors.create('PROGRAM_CALL_INVALID', { params: { call: name ?? id, reason } });
}

function tryParse(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    // The attempt says so, where it is seen.
    return undefined;
  }
}
