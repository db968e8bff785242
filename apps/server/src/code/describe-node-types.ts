/**
 * The types of what the code of a node has, from what the nodes before it gave when they last ran. Bounded in what is read
 * (a few executions, the beginning of each), in what is looked at (`mostValues`) and in time: what is not reached is not
 * known.
 */
import {
  type CodeTypesSubject,
  type Item,
  inferShape,
  type JournalChunk,
  outputPortsOf,
  renderCodeTypes,
  type Shape,
  type WorkflowDefinition,
  type WorkflowNode,
} from '@navette/contracts';
import type { NodeTypes } from '@navette/engine';
import type { Json } from '@navette/kit';
import { codeModuleNames } from '@navette/sandbox';
import type { ExecutionRepository } from '@navette/store';

const mostExecutions = 5;
const mostNodes = 60;
/** Of one output of a node. */
const mostItems = 50;
const mostValues = 50_000;
const timeMs = 2_000;

export interface Recorded {
  executions: Pick<ExecutionRepository, 'list' | 'listSamples'>;
  projectId: string;
  workflowId: string;
}

/** Items by node and output. */
type Samples = Map<string, Map<string, Item[]>>;

export async function describeNodeTypes(options: {
  definition: WorkflowDefinition;
  node: WorkflowNode;
  nodeTypes: NodeTypes;
  /** Undefined: nothing recorded is looked at. */
  recorded: Recorded | undefined;
}): Promise<{ declarations: string; executionIds: string[] }> {
  const { definition, node, nodeTypes, recorded } = options;
  const before = listBefore(definition, node)
    .slice(0, mostNodes)
    .map((one) => ({ ...one, ports: listPorts(one, nodeTypes) }));
  const { executionIds, samples } = await collectSamples(before, recorded);
  const budget = { values: mostValues };
  const nodes = before.map((one) => ({
    id: one.id,
    name: one.name,
    ports: one.ports.map((port) => ({
      name: port,
      shape: inferData(samples.get(one.id)?.get(port), budget),
    })),
  }));
  const inputs = definition.edges
    .filter(({ to }) => to === node.id)
    .map(({ from, fromPort, kind }): Shape | undefined => {
      const port = kind === 'error' ? 'error' : fromPort;
      return nodes.find(({ id }) => id === from)?.ports.find(({ name }) => name === port)?.shape;
    });
  const { allowedHosts, mode } = node.parameters;
  const subject: CodeTypesSubject = {
    mode: mode === 'each' ? 'each' : 'all',
    inputs,
    nodes,
    modules: codeModuleNames,
    hasNetwork: Array.isArray(allowedHosts) && allowedHosts.length > 0,
  };
  return { declarations: renderCodeTypes(subject), executionIds };
}

/** The nodes that lead to it, the nearest first. */
function listBefore({ edges, nodes }: WorkflowDefinition, node: WorkflowNode): WorkflowNode[] {
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const leadingTo = Map.groupBy(edges, ({ to }) => to);
  const found = new Set([node.id]);
  for (const id of found) for (const { from } of leadingTo.get(id) ?? []) found.add(from);
  found.delete(node.id);
  return [...found].flatMap((id) => byId.get(id) ?? []);
}

function listPorts(node: WorkflowNode, nodeTypes: NodeTypes): string[] {
  const type = nodeTypes.find(node.type, node.typeVersion);
  const parsed = type?.parameters.safeParse(node.parameters);
  const ports = type && parsed?.success ? outputPortsOf(type, parsed.data) : ['main'];
  return node.settings.onError === 'error-port' ? [...ports, 'error'] : [...ports];
}

async function collectSamples(
  before: readonly (WorkflowNode & { ports: readonly string[] })[],
  recorded: Recorded | undefined,
): Promise<{ samples: Samples; executionIds: string[] }> {
  const samples: Samples = new Map();
  const executionIds: string[] = [];
  const missing = new Set(before.map(({ id }) => id));
  for (const { id, pinned, ports } of before) {
    if (!pinned || pinned.length === 0) continue;
    // What it gives when the workflow is tried.
    samples.set(id, new Map([[ports[0] ?? 'main', pinned.slice(0, mostItems)]]));
    missing.delete(id);
  }
  if (!recorded || missing.size === 0) return { samples, executionIds };
  const { executions, projectId, workflowId } = recorded;
  const until = performance.now() + timeMs;
  const page = await executions.list(projectId, { workflowId, limit: 3 * mostExecutions });
  const kept = page.items.filter(({ dataDeletedAt }) => dataDeletedAt === null).slice(0, mostExecutions);
  for (const { id } of kept) {
    if (missing.size === 0 || performance.now() > until) break;
    const chunks = await executions.listSamples(projectId, id, (path) => missing.has(nodeIdOf(path)));
    const found = takeSamples(chunks, missing);
    if (found.size === 0) continue;
    executionIds.push(id);
    for (const [nodeId, ports] of found) {
      samples.set(nodeId, ports);
      missing.delete(nodeId);
    }
  }
  return { samples, executionIds };
}

/** What the wanted nodes gave in one execution, in all passes of loops. */
function takeSamples(chunks: readonly JournalChunk[], wanted: ReadonlySet<string>): Samples {
  const samples: Samples = new Map();
  for (const { records } of chunks) {
    for (const record of records) {
      if (record.type !== 'step-completed' && record.type !== 'item-completed') continue;
      const id = nodeIdOf(record.path);
      if (!wanted.has(id)) continue;
      const ports = samples.get(id) ?? new Map<string, Item[]>();
      for (const [port, items] of Object.entries(record.outputs)) {
        const known = ports.get(port) ?? [];
        known.push(...items.slice(0, mostItems - known.length));
        if (known.length > 0) ports.set(port, known);
      }
      if (ports.size > 0) samples.set(id, ports);
    }
  }
  return samples;
}

/** "charge" of "charge" and of "each#1/charge". */
function nodeIdOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function inferData(items: readonly Item[] | undefined, budget: { values: number }): Shape | undefined {
  return (
    items &&
    inferShape(
      items.map(({ json }): Json => json),
      budget,
    )
  );
}
