/** Runs one ready step to its end, its wait or its failure, and says what the journal should hold. */
import type { Item, NodeDefinition, PortItems, StepLog, StepResult, Suspension } from '@navette/contracts';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import { findRefusal } from '../program/program-origin.ts';
import { runProgram } from '../program/run-program.ts';
import type { StepState } from '../state/step-state.ts';
import { type Attempt, AttemptsExhausted, runAttempts } from './attempts.ts';
import { afterCrashOf, findDoubt } from './doubt.ts';
import { NodeContext } from './node-context.ts';
import { runItems } from './run-items.ts';
import { runPasses } from './run-passes.ts';
import type { StepHost } from './step-host.ts';
import { StepLinks } from './step-links.ts';
import { restoreLines } from './step-log.ts';
import { completeWith, firstOutputOf, type StepOutcome, settleError } from './step-outcome.ts';
import { areLong, encodeOutputs, encodeOutputsInTurns, linkByCount } from './step-output.ts';
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

/** A first attempt that is under way, or has thrown. */
export interface BegunStep {
  work: StepWork;
  made: Promise<StepResult>;
}

const firstAttempt: Attempt = { number: 1, signal: undefined, begunAt: undefined };

export type FinishedStep = Extract<StepOutcome, { kind: 'completed' }>;

/** Rejects with RunStopped only. `begun`: the first attempt, when it is under way (see `runAtOnce`). */
export async function runStep(host: StepHost, step: StepState, begun?: BegunStep): Promise<StepOutcome> {
  const work = begun?.work ?? createWork(host, step);
  try {
    return await runLogged(work, begun);
  } finally {
    tellEnded(work);
  }
}

async function runLogged(work: StepWork, begun: BegunStep | undefined): Promise<StepOutcome> {
  const { host, step, node, items, logs } = work;
  if (node.node.disabled) return completeWith(node, 0, { [firstOutputOf(node)]: [...items] }, items, logs);
  if (node.node.pinned && host.execution.mode === 'manual') {
    return {
      ...completeWith(node, 0, { [firstOutputOf(node)]: node.node.pinned }, items, logs),
      pinned: true,
    };
  }
  const doubt = findDoubt(step);
  if (doubt) return doubt;
  const isInterrupted = step.inFlight && !step.items?.inFlight.size;
  if (isInterrupted && afterCrashOf(node) === 'fail') {
    const error = engineErrors.create('STEP_INTERRUPTED', { params: { node: node.node.name } });
    return settleError(node, items, { attempts: step.failedAttempts + 1, error: error.toRecord(), logs });
  }
  const refusal = await findRefusal(host, step);
  if (refusal) return settleError(node, items, { attempts: step.failedAttempts + 1, error: refusal, logs });
  if (node.body) return runPasses(work);
  if (node.definition.kind === 'node' && node.definition.program) return runProgram(work);
  try {
    const { definition } = node;
    return definition.kind === 'node' && definition.executeItem
      ? await runItems(work)
      : await runWhole(work, begun);
  } catch (thrown) {
    if (!(thrown instanceof AttemptsExhausted)) throw thrown;
    return settleError(node, items, { attempts: thrown.attempts, error: thrown.error.toRecord(), logs });
  }
}

/**
 * The step's end when its node computes it on the spot, as most do: a chain of promises around each of them would cost
 * more than the step itself. Otherwise the attempt that was begun, for `runStep` to go on with; undefined for every step
 * that is more than one call of its node: nothing was done of it.
 */
export function runAtOnce(host: StepHost, step: StepState): FinishedStep | BegunStep | undefined {
  const { definition } = step.node;
  if (definition.kind !== 'node' || !definition.execute || !isOneCall(host, step)) return undefined;
  const work = createWork(host, step);
  try {
    const made = callNode(work, definition, firstAttempt);
    if (isSuspension(made)) return { work, made: Promise.resolve(made) };
    if ('then' in made) return { work, made: Promise.resolve(made) };
    const { outputs, response } = encodeResult(work, made);
    const completed = completeWith(step.node, 1, outputs, work.items, work.logs);
    tellEnded(work);
    return response ? { ...completed, response } : completed;
  } catch (thrown) {
    const made = Promise.reject<StepResult>(thrown);
    made.catch(() => {});
    return { work, made };
  }
}

/** Whoever shows the lines as they come has seen the last one. */
function tellEnded({ host, step, logs }: StepWork): void {
  if (logs.length > 0) host.deps.consoles?.ended({ executionId: host.execution.id, path: step.path }, logs);
}

/** Whether nothing is around the first call of the node: no policy, no time limit, no effect, nothing that came before. */
function isOneCall(host: StepHost, { node, failedAttempts, inFlight, wakeAt }: StepState): boolean {
  if (node.effect !== 'pure' || node.body || node.node.disabled || failedAttempts > 0 || inFlight)
    return false;
  if (wakeAt !== undefined || node.node.settings.timeoutMs !== undefined) return false;
  return !node.node.pinned || host.execution.mode !== 'manual';
}

function createWork(host: StepHost, step: StepState): StepWork {
  const { node } = step;
  const inputs = limitInputs(node, host.state.inputsOf(step));
  const items = inputs.get(node.inputPorts[0] ?? 'main') ?? [];
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
  // Of a program that ran before.
  const logs = step.logs.length > 0 ? restoreLines(step.logs) : [];
  return { host, step, node, inputs, items, around, logs };
}

async function runWhole(work: StepWork, begun: BegunStep | undefined): Promise<StepOutcome> {
  const { host, step, node, items, logs } = work;
  let open = begun?.made;
  const { value, attempts } = await runAttempts({
    host,
    step,
    item: undefined,
    failedBefore: step.failedAttempts,
    resumeAt: step.wakeAt,
    work: async (attempt) => {
      const { definition } = node;
      const isNode = definition.kind === 'node' && definition.execute !== undefined;
      const made = open ?? (isNode ? callNode(work, definition, attempt) : [...items]);
      open = undefined;
      const result = await made;
      if (isSuspension(result)) return result;
      return areLong(listOutputs(work, result))
        ? await encodeLongResult(work, result)
        : encodeResult(work, result);
    },
  });
  if ('suspend' in value) return { kind: 'suspended', attempt: attempts, suspension: value, items };
  const completed = completeWith(node, attempts, value.outputs, items, logs);
  return value.response ? { ...completed, response: value.response } : completed;
}

function callNode(
  work: StepWork,
  definition: NodeDefinition,
  attempt: Attempt,
): Promise<StepResult> | StepResult {
  const { host, node, around, inputs, logs } = work;
  const context = new NodeContext({ host, node, around, inputs, itemIndex: undefined, attempt, logs });
  const call = () => definition.execute!(context);
  return definition.credentials ? context.conceal(call) : call();
}

type Result = Exclude<StepResult, Suspension>;

function encodeResult(work: StepWork, result: Result) {
  const { host, node, items } = work;
  const outputs = listOutputs(work, result);
  return {
    outputs: encodeOutputs(node.node.name, host.knownJson, outputs, linkByCount(items)),
    response: responseOf(result),
  };
}

async function encodeLongResult(work: StepWork, result: Result) {
  const { host, node, items } = work;
  const outputs = listOutputs(work, result);
  return {
    outputs: await encodeOutputsInTurns(node.node.name, host.knownJson, outputs, linkByCount(items)),
    response: responseOf(result),
  };
}

function listOutputs({ node }: StepWork, result: Result): PortItems {
  return Array.isArray(result) ? { [firstOutputOf(node)]: result } : result.outputs;
}

function responseOf(result: Result) {
  return Array.isArray(result) ? undefined : result.response;
}

function limitInputs(
  node: CompiledNode,
  inputs: ReadonlyMap<string, readonly Item[]>,
): ReadonlyMap<string, readonly Item[]> {
  if (!node.node.settings.executeOnce) return inputs;
  return new Map([...inputs].map(([port, items]) => [port, items.slice(0, 1)]));
}

function isSuspension(result: object): result is Suspension {
  return !Array.isArray(result) && 'suspend' in result;
}
