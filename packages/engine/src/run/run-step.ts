/** Runs one ready step to its end, its wait or its failure, and says what the journal should hold. */
import type { Item, StepLog, StepResult, Suspension } from '@navette/contracts';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import type { StepState } from '../state/step-state.ts';
import { AttemptsExhausted, runAttempts } from './attempts.ts';
import { NodeContext } from './node-context.ts';
import { runItems } from './run-items.ts';
import { runPasses } from './run-passes.ts';
import type { StepHost } from './step-host.ts';
import { StepLinks } from './step-links.ts';
import { completeWith, firstOutputOf, type StepOutcome, settleError } from './step-outcome.ts';
import { encodeOutputs, linkByCount } from './step-output.ts';
import type { StepSurroundings } from './step-scope.ts';

export { type StepOutcome, settleError } from './step-outcome.ts';

/** A step at work. */
export interface StepWork {
  host: StepHost;
  step: StepState;
  node: CompiledNode;
  inputs: ReadonlyMap<string, readonly Item[]>;
  /** Of the first input port. */
  items: readonly Item[];
  around: StepSurroundings;
  logs: StepLog[];
}

/** Rejects with RunStopped only. */
export async function runStep(host: StepHost, step: StepState): Promise<StepOutcome> {
  const { node } = step;
  const inputs = limitInputs(node, host.state.inputsOf(step));
  const items = inputs.get(node.inputPorts[0] ?? 'main') ?? [];
  const logs: StepLog[] = [];
  if (node.node.disabled) return completeWith(node, 0, { [firstOutputOf(node)]: [...items] }, items, logs);
  if (node.node.pinned && host.execution.mode === 'manual') {
    return {
      ...completeWith(node, 0, { [firstOutputOf(node)]: node.node.pinned }, items, logs),
      pinned: true,
    };
  }
  const isInterrupted = step.inFlight && !step.items?.inFlight.size;
  if (isInterrupted && node.effect === 'effect' && node.node.settings.afterCrash === 'fail') {
    const error = engineErrors.create('STEP_INTERRUPTED', { params: { node: node.node.name } });
    return settleError(node, items, { attempts: step.failedAttempts + 1, error: error.toRecord(), logs });
  }
  const around: StepSurroundings = {
    state: host.state,
    step,
    node,
    items,
    executionId: host.execution.id,
    mode: host.execution.mode,
    links: new StepLinks(host, step),
    now: () => host.deps.clock.now(),
    random: () => host.deps.random(),
  };
  const work: StepWork = { host, step, node, inputs, items, around, logs };
  if (node.body) return runPasses(work);
  try {
    const { definition } = node;
    return definition.kind === 'node' && definition.executeItem ? await runItems(work) : await runWhole(work);
  } catch (thrown) {
    if (!(thrown instanceof AttemptsExhausted)) throw thrown;
    return settleError(node, items, { attempts: thrown.attempts, error: thrown.error.toRecord(), logs });
  }
}

async function runWhole(work: StepWork): Promise<StepOutcome> {
  const { host, step, node, inputs, items, around, logs } = work;
  const { value, attempts } = await runAttempts({
    host,
    step,
    item: undefined,
    failedBefore: step.failedAttempts,
    resumeAt: step.wakeAt,
    work: async (attempt) => {
      const context = new NodeContext({
        host,
        node,
        around,
        inputs,
        itemIndex: undefined,
        attempt,
        logs,
      });
      const { definition } = node;
      const result: StepResult =
        definition.kind === 'node' && definition.execute ? await definition.execute(context) : [...items];
      if (isSuspension(result)) return result;
      const outputs = Array.isArray(result) ? { [firstOutputOf(node)]: result } : result.outputs;
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

function limitInputs(
  node: CompiledNode,
  inputs: ReadonlyMap<string, readonly Item[]>,
): ReadonlyMap<string, readonly Item[]> {
  if (!node.node.settings.executeOnce) return inputs;
  return new Map([...inputs].map(([port, items]) => [port, items.slice(0, 1)]));
}

function isSuspension(result: StepResult): result is Suspension {
  return !Array.isArray(result) && 'suspend' in result;
}
