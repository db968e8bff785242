/** Runs one ready step to its end, its wait or its failure, and says what the journal should hold. */

import type { Item, PortItems, StepLog, StepResult, Suspension, WebhookResponse } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import type { StepState } from '../state/execution-state.ts';
import { AttemptsExhausted, runAttempts } from './attempts.ts';
import { NodeContext } from './node-context.ts';
import type { StepHost } from './step-host.ts';
import { StepLinks } from './step-links.ts';
import { encodeOutputs, linkByCount } from './step-output.ts';
import type { StepSurroundings } from './step-scope.ts';

export type StepOutcome =
  | {
      kind: 'completed';
      attempts: number;
      outputs: PortItems;
      logs: StepLog[];
      response?: WebhookResponse;
      error?: ErrorRecord;
      pinned?: true;
      /** The message that ended its wait. */
      messageId?: string;
    }
  | { kind: 'failed'; attempts: number; error: ErrorRecord; logs: StepLog[] }
  | { kind: 'suspended'; attempt: number; suspension: Suspension; items: readonly Item[] };

/** Rejects with RunStopped only. */
export async function runStep(host: StepHost, step: StepState): Promise<StepOutcome> {
  const node = host.state.workflow.nodes[step.index]!;
  const inputs = limitInputs(node, host.state.inputsOf(step.index));
  const items = inputs.get(node.inputPorts[0] ?? 'main') ?? [];
  const logs: StepLog[] = [];
  if (node.node.disabled) return completeWith(node, 0, { [firstOutput(node)]: [...items] }, items, logs);
  if (node.node.pinned && host.execution.mode === 'manual') {
    return { ...completeWith(node, 0, { [firstOutput(node)]: node.node.pinned }, items, logs), pinned: true };
  }
  if (step.inFlight && node.effect === 'effect' && node.node.settings.afterCrash === 'fail') {
    const error = engineErrors.create('STEP_INTERRUPTED', { params: { node: node.node.name } });
    return settleError(node, items, { attempts: step.failedAttempts + 1, error: error.toRecord(), logs });
  }
  const around: StepSurroundings = {
    state: host.state,
    node,
    items,
    executionId: host.execution.id,
    mode: host.execution.mode,
    links: new StepLinks(host, step),
    now: () => host.deps.clock.now(),
    random: () => host.deps.random(),
  };
  const work: Work = { host, step, node, inputs, items, around, logs };
  try {
    const { definition } = node;
    return definition.kind === 'node' && definition.executeItem ? await runItems(work) : await runWhole(work);
  } catch (thrown) {
    if (!(thrown instanceof AttemptsExhausted)) throw thrown;
    return settleError(node, items, { attempts: thrown.attempts, error: thrown.error.toRecord(), logs });
  }
}

interface Work {
  host: StepHost;
  step: StepState;
  node: CompiledNode;
  inputs: ReadonlyMap<string, readonly Item[]>;
  items: readonly Item[];
  around: StepSurroundings;
  logs: StepLog[];
}

async function runWhole(work: Work): Promise<StepOutcome> {
  const { host, step, node, inputs, items, around, logs } = work;
  const { value, attempts } = await runAttempts({
    host,
    node,
    item: undefined,
    failedBefore: step.failedAttempts,
    resumeAt: step.wakeAt,
    work: async (attempt, signal) => {
      const context = new NodeContext({
        host,
        node,
        around,
        inputs,
        itemIndex: undefined,
        attempt,
        signal,
        logs,
      });
      const { definition } = node;
      const result: StepResult =
        definition.kind === 'node' && definition.execute ? await definition.execute(context) : [...items];
      if (isSuspension(result)) return result;
      const outputs = Array.isArray(result) ? { [firstOutput(node)]: result } : result.outputs;
      return {
        outputs: encodeOutputs(node.node.name, host.knownJson, outputs, linkByCount(items)),
        response: Array.isArray(result) ? undefined : result.response,
      };
    },
  });
  if ('suspend' in value) return { kind: 'suspended', attempt: attempts, suspension: value, items };
  const completed = completeWith(node, attempts, value.outputs, items, logs);
  return value.response ? { ...completed, response: value.response } : completed;
}

/** Items one after the other; each that ended stays ended, whatever happens to the others or to this process. */
async function runItems(work: Work): Promise<StepOutcome> {
  const { host, step, node, items, logs } = work;
  const outputs: PortItems = {};
  const keepsItems = node.effect !== 'pure' && items.length > 1;
  let attempts = 0;
  let firstError: ErrorRecord | undefined;
  for (const [index, item] of items.entries()) {
    const known = step.items.get(index);
    const ended = known ?? (await runItem(work, index));
    attempts = Math.max(attempts, ended.attempts);
    if (ended.error) {
      const error = { ...ended.error, itemIndex: index };
      if (node.node.settings.onError === 'stop') {
        return { kind: 'failed', attempts, error: locate(node, error), logs };
      }
      firstError ??= error;
      appendTo(outputs, errorPort(node), [failedItem(item, error, index)]);
    } else {
      for (const [port, made] of Object.entries(ended.outputs ?? {})) appendTo(outputs, port, made);
    }
    if (!known && keepsItems) {
      host.append({
        ...(ended.error
          ? { type: 'item-failed' as const, error: ended.error }
          : { type: 'item-completed' as const, outputs: ended.outputs ?? {} }),
        at: host.deps.clock.now(),
        path: step.path,
        item: index,
        attempts: ended.attempts,
      });
      await host.flush();
    }
  }
  const completed = completeWith(node, attempts, outputs, items, logs);
  return firstError ? { ...completed, error: locate(node, firstError) } : completed;
}

async function runItem(
  work: Work,
  index: number,
): Promise<{ outputs?: PortItems; error?: ErrorRecord; attempts: number }> {
  const { host, step, node, inputs, around, logs } = work;
  const failedBefore = step.failedItemAttempts.get(index) ?? 0;
  try {
    const { value, attempts } = await runAttempts({
      host,
      node,
      item: work.items.length > 1 ? index : undefined,
      failedBefore: work.items.length > 1 ? failedBefore : step.failedAttempts,
      resumeAt: step.wakeAt,
      work: async (attempt, signal) => {
        const context = new NodeContext({
          host,
          node,
          around,
          inputs,
          itemIndex: index,
          attempt,
          signal,
          logs,
        });
        const { definition } = node;
        const made = definition.kind === 'node' ? await definition.executeItem?.(context) : undefined;
        return encodeOutputs(node.node.name, host.knownJson, toPorts(node, made), () => ({ item: index }));
      },
    });
    return { outputs: value, attempts };
  } catch (thrown) {
    if (!(thrown instanceof AttemptsExhausted)) throw thrown;
    return { error: thrown.error.toRecord(), attempts: thrown.attempts };
  }
}

function toPorts(node: CompiledNode, made: Item | Item[] | { outputs: PortItems } | undefined): PortItems {
  if (made === undefined) return {};
  if (Array.isArray(made)) return { [firstOutput(node)]: made };
  return 'outputs' in made ? made.outputs : { [firstOutput(node)]: [made] };
}

/** An error of the whole step under the node's onError setting. */
export function settleError(
  node: CompiledNode,
  items: readonly Item[],
  failure: { attempts: number; error: ErrorRecord; logs: StepLog[] },
): StepOutcome {
  const error = locate(node, failure.error);
  if (node.node.settings.onError === 'stop')
    return { kind: 'failed', attempts: failure.attempts, error, logs: failure.logs };
  const failed = items.length > 0 ? items : [{ json: {} }];
  const outputs = { [errorPort(node)]: failed.map((item, index) => failedItem(item, error, index)) };
  return { kind: 'completed', attempts: failure.attempts, outputs, logs: failure.logs, error };
}

function failedItem(item: Item, error: ErrorRecord, index: number): Item {
  const failed: Item = {
    json: { ...item.json, error: { code: error.code, message: error.message } },
    pairedItem: { item: index },
  };
  if (item.binary) failed.binary = item.binary;
  return failed;
}

function completeWith(
  node: CompiledNode,
  attempts: number,
  outputs: PortItems,
  items: readonly Item[],
  logs: StepLog[],
): Extract<StepOutcome, { kind: 'completed' }> {
  const empty = Object.values(outputs).every((list) => list.length === 0);
  if (empty && node.node.settings.continueEmpty) {
    const link = items.map((_, item) => ({ item }));
    return {
      kind: 'completed',
      attempts,
      outputs: { [firstOutput(node)]: [{ json: {}, pairedItem: link }] },
      logs,
    };
  }
  const linked =
    attempts === 0 ? encodeOutputs(node.node.name, new Map(), outputs, linkByCount(items)) : outputs;
  return { kind: 'completed', attempts, outputs: linked, logs };
}

function limitInputs(
  node: CompiledNode,
  inputs: ReadonlyMap<string, readonly Item[]>,
): ReadonlyMap<string, readonly Item[]> {
  if (!node.node.settings.executeOnce) return inputs;
  return new Map([...inputs].map(([port, items]) => [port, items.slice(0, 1)]));
}

function appendTo(outputs: PortItems, port: string, items: readonly Item[]): void {
  const list = Object.hasOwn(outputs, port) ? outputs[port]! : [];
  for (const item of items) list.push(item);
  outputs[port] = list;
}

function isSuspension(result: StepResult): result is Suspension {
  return !Array.isArray(result) && 'suspend' in result;
}

function firstOutput(node: CompiledNode): string {
  return node.outputPorts[0] ?? 'main';
}

function errorPort(node: CompiledNode): string {
  return node.node.settings.onError === 'error-port' ? 'error' : firstOutput(node);
}

function locate(node: CompiledNode, error: ErrorRecord): ErrorRecord {
  return { ...error, nodeId: node.node.id, nodeName: node.node.name };
}
