/**
 * A loop node each time that it is ready: its passes begin, those items are chosen that take another pass, or all that
 * came back goes on. What happens in between is the business of the steps in its body.
 */
import type { Item, NodeDefinition, PassesDefinition, PassPlan } from '@navette/contracts';
import { toNavetteError } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import { outputLimitBytes } from '../output-limit.ts';
import type { Passes } from '../state/passes.ts';
import { NodeContext } from './node-context.ts';
import type { StepWork } from './run-step.ts';
import { completeWith, type StepOutcome, settleError } from './step-outcome.ts';

export function runPasses(work: StepWork): StepOutcome {
  const { step, node, items, logs } = work;
  const definition = (node.definition as NodeDefinition).passes!;
  try {
    if (!step.passes) return { kind: 'opened', plan: makePlan(work, definition) };
    if (step.passes.phase === 'deciding') return decide(work, definition, step.passes);
    return complete(work, step.passes);
  } catch (thrown) {
    return settleError(node, items, { attempts: 1, error: toNavetteError(thrown).toRecord(), logs });
  }
}

function makePlan(work: StepWork, definition: PassesDefinition): PassPlan {
  const linked = work.items.map((item, index) => ({ ...item, pairedItem: { item: index } }));
  const plan = definition.plan(createContext(work, linked, 0));
  const { executionOrder } = work.host.state.workflow.version.definition.settings;
  return plan.by === 'batches' && executionOrder === 'sequential' ? { ...plan, window: 1 } : plan;
}

function decide(work: StepWork, definition: PassesDefinition, passes: Passes): StepOutcome {
  const { endedCount, plan } = passes;
  const goOn = definition.chooseNext?.(createContext(work, passes.returned, endedCount)) ?? [];
  if (goOn.length > 0 && plan.by === 'condition' && endedCount >= plan.limit) {
    throw engineErrors.create('LOOP_LIMIT', { params: { node: work.node.node.name, limit: plan.limit } });
  }
  return { kind: 'decided', pass: endedCount - 1, goOn };
}

function complete({ node, items, logs }: StepWork, passes: Passes): StepOutcome {
  if (passes.isTooLarge) {
    throw engineErrors.create('NODE_OUTPUT_TOO_LARGE', {
      params: { node: node.node.name, limitMiB: outputLimitBytes / 1024 / 1024 },
    });
  }
  const outputs = passes.collect();
  const failure = passes.firstFailure;
  const isCollecting = passes.plan.by === 'batches' && passes.plan.onFailure === 'collect';
  if (failure && isCollecting && node.node.settings.onError === 'stop') {
    throw engineErrors.create('LOOP_PASSES_FAILED', {
      params: {
        node: node.node.name,
        failed: passes.failedCount,
        total: passes.endedCount,
        detail: failure.message,
      },
    });
  }
  const completed = completeWith(node, 1, outputs, items, logs);
  const error = failure ? { error: failure } : {};
  if (completed.outputs !== outputs) return { ...completed, ...error };
  return { ...completed, ...error, outputs: {}, collected: passes.describe(outputs) };
}

/** The loop node as it sees items that came back: `$runIndex` is the number of passes that have ended. */
function createContext(work: StepWork, items: readonly Item[], runIndex: number): NodeContext {
  const { host, node, logs } = work;
  return new NodeContext({
    host,
    node,
    around: { ...work.around, items, runIndex, originOf: (index) => originOf(items[index]) },
    inputs: new Map([[node.inputPorts[0] ?? 'main', items]]),
    itemIndex: undefined,
    attempt: { number: 1, signal: undefined, begunAt: undefined },
    logs,
  });
}

/** Items that came back are linked to what the loop node was given. */
function originOf(item: Item | undefined): number | undefined {
  const link = item?.pairedItem;
  return Array.isArray(link) ? link[0]?.item : link?.item;
}
