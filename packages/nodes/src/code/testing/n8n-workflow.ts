/**
 * Runs the code nodes of a recorded n8n workflow through the Code node. Other nodes are not run: what the case expects of
 * them stands for what they gave, and where it says nothing, what comes after them is left out.
 */
import type { CodePort, Item } from '@navette/contracts';
import { type JsonObject, NavetteError } from '@navette/kit';
import { runNode } from '@navette/testing';
import { code } from '../index.ts';

export interface RecordedNode {
  name: string;
  type: string;
  parameters: Record<string, unknown>;
  onError?: string;
}

export interface RecordedCase {
  id: string;
  workflow: {
    nodes: RecordedNode[];
    connections: Record<string, { main?: ({ node: string; index: number }[] | null)[] }>;
    settings: { timezone?: string };
  };
  trigger: string;
  triggerInput?: Item[];
  expected?: Record<string, (Item[] | null)[]>;
  needs: string[];
}

type Outputs = readonly (readonly Item[])[];

export interface NodeOutcome {
  node: RecordedNode;
  outputs: Outputs;
  expected: Outputs | undefined;
}

/** Types that give what they got; the types of code are in `toParameters`. */
const plain = ['manualTrigger', 'start', 'noOp'];

export const isCode = ({ type }: RecordedNode): boolean =>
  toParameters({ type, parameters: {} }) !== undefined;

/** Our parameters for what those node types have; undefined for other types. */
export function toParameters({
  parameters,
  type,
}: Pick<RecordedNode, 'type' | 'parameters'>): JsonObject | undefined {
  const text = (name: string) => String(parameters[name] ?? '');
  switch (type.replace('n8n-nodes-base.', '')) {
    case 'code':
      return {
        source: text('jsCode'),
        mode: parameters['mode'] === 'runOnceForEachItem' ? 'each' : 'all',
        ...(parameters['language'] === 'python' ? { language: 'python', source: text('pythonCode') } : {}),
      };
    case 'function':
      return { source: text('functionCode') };
    case 'functionItem':
      // There, "item" is the data of the item.
      return { source: `item = $json; ${text('functionCode')}`, mode: 'each' };
    default:
      return undefined;
  }
}

/** What every code node gave whose input is known, and every plain node right behind one. */
export async function runCodeNodes(recorded: RecordedCase, port: CodePort): Promise<NodeOutcome[]> {
  const known = new Map<string, Outputs>();
  const outcomes: NodeOutcome[] = [];
  const { nodes } = recorded.workflow;
  for (let turn = 0; turn < nodes.length; turn++) {
    for (const node of nodes) {
      if (known.has(node.name)) continue;
      const items = readInput(recorded, node, known);
      const outputs = items && (await runOne({ recorded, node, items, known, port }));
      const expected = recorded.expected?.[node.name]?.map((list) => list ?? []);
      if (outputs) outcomes.push({ node, outputs, expected });
      if (outputs ?? expected) known.set(node.name, (outputs ?? expected)!);
    }
  }
  return outcomes;
}

/**
 * Why a code node did not run, which is never the code's own doing: the type of a node before it that is not run here and
 * of which the case says nothing, or undefined where nothing leads from the trigger to it.
 */
export function findMissingType(recorded: RecordedCase, node: RecordedNode): string | undefined {
  const { nodes } = recorded.workflow;
  const seen = new Set<string>();
  const search = (name: string): string | undefined => {
    for (const from of listSources(recorded, name)) {
      const source = nodes.find((one) => one.name === from.node);
      if (!source || seen.has(source.name) || recorded.expected?.[source.name]) continue;
      seen.add(source.name);
      const type = source.type.replace('n8n-nodes-base.', '');
      const missing = plain.includes(type) || isCode(source) ? search(source.name) : type;
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
  return search(node.name);
}

/** The ports that lead to a node. */
function listSources({ workflow }: RecordedCase, name: string): { node: string; port: number }[] {
  return Object.entries(workflow.connections).flatMap(([node, { main = [] }]) =>
    [...main.entries()].flatMap(([port, targets]) =>
      targets?.some((target) => target.node === name) ? [{ node, port }] : [],
    ),
  );
}

/** Undefined as long as a node before it is unknown. */
function readInput(
  recorded: RecordedCase,
  node: RecordedNode,
  known: ReadonlyMap<string, Outputs>,
): Item[] | undefined {
  if (node.name === recorded.trigger) return recorded.triggerInput ?? [{ json: {} }];
  const sources = listSources(recorded, node.name);
  if (sources.length === 0 || !sources.every((source) => known.has(source.node))) return undefined;
  return sources.flatMap((source) => [...(known.get(source.node)![source.port] ?? [])]);
}

interface NodeRunTask {
  recorded: RecordedCase;
  node: RecordedNode;
  items: Item[];
  known: ReadonlyMap<string, Outputs>;
  port: CodePort;
}

async function runOne(task: NodeRunTask): Promise<Outputs | undefined> {
  const { items, known, node, port, recorded } = task;
  const type = node.type.replace('n8n-nodes-base.', '');
  if (plain.includes(type)) return [items];
  const parameters = toParameters(node);
  if (!parameters) return undefined;
  try {
    const timeZone = recorded.workflow.settings.timezone ?? 'America/New_York';
    const nodes = new Map([...known].map(([name, outputs]) => [name, outputs[0] ?? []]));
    const { outputs } = await runNode(code, {
      parameters,
      inputs: items,
      code: port,
      timeZone,
      nodes,
      nowMs: Date.now(),
    });
    return [outputs['main']!];
  } catch (error) {
    if (node.onError !== 'continueErrorOutput' || !NavetteError.is(error)) throw error;
    // There, the message is the error.
    return [[], [{ json: { error: String(error.params['detail']) } }]];
  }
}
