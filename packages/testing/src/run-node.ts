/**
 * Runs one node outside of the engine, as the engine would: templates are evaluated per item, parameters validated,
 * item links filled in where the node left them out, values made plain JSON. Time, randomness and files are in memory,
 * so the same call always gives the same result. Input items are frozen: a node that changes them fails.
 */
import {
  type AnyNodeDefinition,
  type Item,
  type NodeDefinition,
  outputPortsOf,
  type PortItems,
  type StepResult,
  type Suspension,
  type TriggerDefinition,
  type WebhookResponse,
} from '@navette/contracts';
import { deriveUuid } from '@navette/kit';
import type { z } from 'zod';
import { createNodeParameters, createNodeView, type NodeParameters } from './node-parameters.ts';
import {
  createContext,
  createRandom,
  type NodeRunOptions,
  type SharedContext,
  testNames,
  withParameters,
} from './node-run-context.ts';
import { linkItems, readInputs } from './node-run-items.ts';

export interface NodeRun {
  /** Per output port; every port of the node is there. */
  outputs: PortItems;
  response?: WebhookResponse;
  /** What the node waits for, when it suspended. */
  suspension?: Suspension;
  logs: string[];
  /** Milliseconds slept in all. */
  sleptMs: number;
}

/** @example const { outputs } = await runNode(limit, { parameters: { count: 1 }, inputs: [{ json: { n: 1 } }] }) */
export async function runNode<P extends z.ZodType>(
  definition: NodeDefinition<P> | TriggerDefinition<P>,
  options: NodeRunOptions = {},
): Promise<NodeRun> {
  const type = definition as AnyNodeDefinition;
  const inputs = readInputs(type, options);
  const items = inputs.values().next().value ?? [];
  const state = { nowMs: options.nowMs ?? Date.UTC(2026, 0, 1), sleptMs: 0, logs: [] as string[] };
  const random = createRandom(options.seed ?? 1);
  const parameters = createNodeParameters({
    definition: type,
    nodeName: testNames.node,
    parameters: options.parameters ?? {},
    items,
    surroundings: {
      workflow: { ...testNames.workflow, active: true },
      execution: { id: testNames.executionId, mode: options.mode ?? 'manual' },
      vars: options.vars ?? {},
      node: (name) => createNodeView(options.nodes?.get(name)),
      timeZone: options.timeZone ?? 'UTC',
      now: () => state.nowMs,
      random,
    },
  });
  const context = createContext({ options, state, random, parameters });
  const result = await execute(type, { context, parameters, inputs, items });
  return { ...finish(type, parameters, result, items), logs: state.logs, sleptMs: state.sleptMs };
}

interface ExecuteTask {
  context: SharedContext;
  parameters: NodeParameters;
  inputs: ReadonlyMap<string, readonly Item[]>;
  items: readonly Item[];
}

async function execute(definition: AnyNodeDefinition, task: ExecuteTask): Promise<StepResult> {
  const { context, parameters, inputs, items } = task;
  if (definition.kind === 'trigger') {
    const given = [...items];
    return definition.accept ? definition.accept(parameters.forItem(0), given) : given;
  }
  if (definition.execute) {
    return definition.execute(
      withParameters(context, parameters, 0, {
        items,
        inputs,
        idempotencyKey: deriveUuid('run-node', 'step'),
      }),
    );
  }
  if (!definition.executeItem) throw new Error(`Node type ${definition.type} cannot be executed`);
  const outputs = new Map<string, Item[]>();
  const first = outputPortsOf(definition, parameters.forItem(0))[0] ?? 'main';
  for (const [itemIndex, item] of items.entries()) {
    const idempotencyKey = deriveUuid('run-node', 'step', String(itemIndex));
    const result = await definition.executeItem(
      withParameters(context, parameters, itemIndex, { item, itemIndex, idempotencyKey }),
    );
    if (result === undefined) continue;
    const perPort: PortItems =
      'outputs' in result && !('json' in result) ? result.outputs : { [first]: [result].flat() as Item[] };
    for (const [port, made] of Object.entries(perPort)) {
      const linked = made.map((one) => ({ ...one, pairedItem: one.pairedItem ?? { item: itemIndex } }));
      outputs.set(port, [...(outputs.get(port) ?? []), ...linked]);
    }
  }
  return { outputs: Object.fromEntries(outputs) };
}

function finish(
  definition: AnyNodeDefinition,
  parameters: NodeParameters,
  result: StepResult,
  items: readonly Item[],
): Pick<NodeRun, 'outputs' | 'response' | 'suspension'> {
  if (!Array.isArray(result) && 'suspend' in result) {
    return { outputs: 'outputs' in result ? result.outputs : {}, suspension: result };
  }
  const ports = outputPortsOf(definition, parameters.forItem(0));
  const given = Array.isArray(result) ? { [ports[0] ?? 'main']: result } : result.outputs;
  const outputs: PortItems = {};
  for (const port of ports) outputs[port] = [];
  for (const [port, made] of Object.entries(given)) {
    if (!ports.includes(port))
      throw new Error(`Node type ${definition.type} gave items on unknown port "${port}"`);
    outputs[port] = linkItems(JSON.parse(JSON.stringify(made)) as Item[], items.length);
  }
  const response = Array.isArray(result) ? undefined : result.response;
  return response === undefined ? { outputs } : { outputs, response };
}
