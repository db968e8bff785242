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

const starts = ['manualTrigger', 'start'];

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

/** Undefined as long as a node before it is unknown. */
function readInput(
  { trigger, triggerInput, workflow }: RecordedCase,
  node: RecordedNode,
  known: ReadonlyMap<string, Outputs>,
): Item[] | undefined {
  if (node.name === trigger) return triggerInput ?? [{ json: {} }];
  const items: Item[] = [];
  let isConnected = false;
  for (const [from, { main = [] }] of Object.entries(workflow.connections)) {
    for (const [port, targets] of main.entries()) {
      if (!targets?.some((target) => target.node === node.name)) continue;
      const outputs = known.get(from);
      if (!outputs) return undefined;
      isConnected = true;
      items.push(...(outputs[port] ?? []));
    }
  }
  return isConnected ? items : undefined;
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
  if (starts.includes(type) || type === 'noOp') return [items];
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
