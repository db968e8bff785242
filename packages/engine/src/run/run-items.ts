/**
 * A step whose node works item by item. Each item that ended stays ended, whatever happens to the others or to this
 * process; as many are at work at once as the node's settings say. The outputs are in the order of the items.
 */
import type { Item, PortItems } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import { createFailedItem } from '../state/failed-item.ts';
import type { ItemState } from '../state/step-state.ts';
import { AttemptsExhausted, runAttempts } from './attempts.ts';
import { afterCrashOf } from './doubt.ts';
import { NodeContext } from './node-context.ts';
import type { StepWork } from './run-step.ts';
import { completeWith, errorPortOf, firstOutputOf, locateError, type StepOutcome } from './step-outcome.ts';
import { encodeOutputs } from './step-output.ts';

export async function runItems(work: StepWork): Promise<StepOutcome> {
  const { node, items, logs } = work;
  const ended: ItemState[] = new Array(items.length);
  const lanes = Math.min(node.node.settings.concurrency ?? 1, items.length);
  const failedAt = lanes > 1 ? await runLanes(work, ended, lanes) : await runInTurn(work, ended);
  if (failedAt !== undefined) {
    const { error, attempts } = ended[failedAt]!;
    return { kind: 'failed', attempts, error: locateItem(node, error!, failedAt), logs };
  }
  const outputs: PortItems = {};
  let attempts = 0;
  let firstError: ErrorRecord | undefined;
  for (const [index, item] of items.entries()) {
    const end = ended[index]!;
    attempts = Math.max(attempts, end.attempts);
    if (end.error) {
      const error = { ...end.error, itemIndex: index };
      firstError ??= error;
      appendTo(outputs, errorPortOf(node), [createFailedItem(item, error, { item: index })]);
    } else {
      for (const [port, made] of Object.entries(end.outputs ?? {})) appendTo(outputs, port, made);
    }
  }
  const completed = completeWith(node, attempts, outputs, items, logs);
  return firstError ? { ...completed, error: locateError(node, firstError) } : completed;
}

/** One item after the other. Gives the position of the one that fails the step. */
async function runInTurn(work: StepWork, ended: ItemState[]): Promise<number | undefined> {
  for (let index = 0; index < work.items.length; index++) {
    if (await runAndKeep(work, ended, index)) return index;
  }
  return undefined;
}

/** Several at once. The first that fails the step ends it; the others are stopped with the execution or the pass. */
async function runLanes(work: StepWork, ended: ItemState[], lanes: number): Promise<number | undefined> {
  let next = 0;
  const failed = Promise.withResolvers<number>();
  let isOver = false;
  const lane = async () => {
    while (!isOver && next < work.items.length) {
      const index = next++;
      if (!(await runAndKeep(work, ended, index))) continue;
      isOver = true;
      failed.resolve(index);
    }
  };
  const all = Promise.all(Array.from({ length: lanes }, lane));
  return Promise.race([failed.promise, all.then(() => undefined)]);
}

/** Whether the item fails the step. */
async function runAndKeep(work: StepWork, ended: ItemState[], index: number): Promise<boolean> {
  const { host, step, node, items } = work;
  const known = step.items?.ended.get(index);
  const end = known ?? (await runItem(work, index));
  ended[index] = end;
  if (end.error && node.node.settings.onError === 'stop') return true;
  if (known || node.effect === 'pure' || items.length === 1) return false;
  host.append({
    ...(end.error
      ? { type: 'item-failed' as const, error: end.error }
      : { type: 'item-completed' as const, outputs: end.outputs ?? {} }),
    at: host.deps.clock.now(),
    path: step.path,
    item: index,
    attempts: end.attempts,
  });
  await host.flush();
  return false;
}

async function runItem(work: StepWork, index: number): Promise<ItemState> {
  const { host, step, node, inputs, around, logs } = work;
  const isOneOfMany = work.items.length > 1;
  const failed = isOneOfMany ? step.items?.failed.get(index) : undefined;
  const failedBefore = isOneOfMany ? (failed?.attempts ?? 0) : step.failedAttempts;
  if (step.items?.inFlight.has(index) && afterCrashOf(node) === 'fail') {
    const error = engineErrors.create('STEP_INTERRUPTED', { params: { node: node.node.name } });
    return { error: error.toRecord(), attempts: failedBefore + 1 };
  }
  try {
    const { value, attempts } = await runAttempts({
      host,
      step,
      item: isOneOfMany ? index : undefined,
      failedBefore,
      resumeAt: isOneOfMany ? failed?.retryAt : step.wakeAt,
      work: async (attempt) => {
        const context = new NodeContext({
          host,
          node,
          around,
          inputs,
          itemIndex: index,
          attempt,
          logs,
        });
        const { definition } = node;
        const made =
          definition.kind === 'node'
            ? await (definition.credentials
                ? context.conceal(() => definition.executeItem?.(context))
                : definition.executeItem?.(context))
            : undefined;
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
  if (Array.isArray(made)) return { [firstOutputOf(node)]: made };
  return 'outputs' in made ? made.outputs : { [firstOutputOf(node)]: [made] };
}

function locateItem(node: CompiledNode, error: ErrorRecord, index: number): ErrorRecord {
  return locateError(node, { ...error, itemIndex: index });
}

function appendTo(outputs: PortItems, port: string, items: readonly Item[]): void {
  const list = Object.hasOwn(outputs, port) ? outputs[port]! : [];
  for (const item of items) list.push(item);
  outputs[port] = list;
}
