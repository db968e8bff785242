/**
 * Effects in doubt: those that a crash cut off, of nodes that leave it to a person what became of them.
 *
 * D1. Nothing of a step in doubt runs, not even its other items, before its question is answered.
 * D2. One question, one answer: it comes by a channel of one message, which the question's number is part of. An attempt
 *     that a person had begin again and that a crash cuts off in turn is a new question.
 * D3. The answer is written down in one write: that it was given, and what follows from it for each item. What is to run
 *     again begins under the same key, with the time that it saw before.
 */
import type { DoubtResolution, Item, PortItems } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import type { StepState } from '../state/step-state.ts';
import { deriveEffectKey } from './effect-key.ts';
import { failWait, inputItemsOf } from './ended-wait.ts';
import { linkItems, passOn } from './pass-on.ts';
import { completeWith, firstOutputOf, type StepOutcome } from './step-outcome.ts';
import type { WaitHost } from './waits.ts';

export type InDoubt = Extract<StepOutcome, { kind: 'in-doubt' }>;
export type Resolved = Extract<StepOutcome, { kind: 'resolved' }>;
type Outcome = DoubtResolution['outcomes'][number];

/** What becomes of an effect of the node that was in flight when its worker died. Others can simply be done again. */
export function afterCrashOf({ effect, node }: CompiledNode): 'retry' | 'fail' | 'ask' {
  return effect === 'effect' ? node.settings.afterCrash : 'retry';
}

/** What of the step is in doubt; undefined when nothing is. */
export function findDoubt(step: StepState): InDoubt | undefined {
  if (!step.inFlight || afterCrashOf(step.node) !== 'ask') return undefined;
  const inFlight = step.items?.inFlight;
  if (!inFlight?.size) {
    if (step.cleared?.has(undefined)) return undefined;
    return { kind: 'in-doubt', items: undefined, begunAt: step.begunAt };
  }
  const items = [...inFlight.keys()].filter((item) => !step.cleared?.has(item)).sort((a, b) => a - b);
  if (items.length === 0) return undefined;
  return { kind: 'in-doubt', items, begunAt: Math.min(...items.map((item) => inFlight.get(item)!)) };
}

/** Writes the question down. */
export function askAboutDoubt(host: WaitHost, step: StepState, startedAt: number, doubt: InDoubt): void {
  const { items, begunAt } = doubt;
  host.append({
    type: 'step-waiting',
    at: host.deps.clock.now(),
    path: step.path,
    startedAt,
    attempt: step.failedAttempts + 1,
    wakeAt: null,
    awaits: {
      kind: 'doubt',
      question: step.questions + 1,
      ...(begunAt === undefined ? {} : { begunAt }),
      ...(items ? { items } : {}),
      keys: (items ?? [isPerItem(step.node) ? 0 : undefined]).map((item) =>
        deriveEffectKey(host.execution, step.path, item),
      ),
    },
  });
  host.journal.markDirty();
}

function isPerItem({ definition }: CompiledNode): boolean {
  return definition.kind === 'node' && definition.executeItem !== undefined;
}

/** Writes the answer down. Gives how the step ends; undefined when there is something left to run. */
export function applyResolution(
  host: WaitHost,
  step: StepState,
  { messageId, resolution }: Resolved,
): StepOutcome | undefined {
  const asked = step.wait?.awaits;
  if (asked?.kind !== 'doubt') throw new Error(`Step ${step.path} was answered and had asked nothing`);
  const isAsked = ({ item }: Outcome) =>
    asked.items ? item !== undefined && asked.items.includes(item) : item === undefined;
  const outcomes = resolution.outcomes.filter(isAsked);
  const { by, comment } = resolution;
  host.append({
    type: 'step-resolved',
    at: host.deps.clock.now(),
    path: step.path,
    question: asked.question,
    by,
    ...(comment === '' ? {} : { comment }),
    outcomes: outcomes.map(({ item, outcome }) => ({ ...(item === undefined ? {} : { item }), outcome })),
    messageId,
  });
  const inputs = listInputs(host, step);
  if (!asked.items) return outcomes[0] && endStep(host, step, { outcome: outcomes[0], inputs, resolution });
  for (const outcome of outcomes) endItem(host, step, { outcome, inputs, resolution });
  return undefined;
}

interface Answered {
  outcome: Outcome;
  inputs: readonly Item[];
  resolution: DoubtResolution;
}

function endStep(
  host: WaitHost,
  step: StepState,
  { outcome, inputs, resolution }: Answered,
): StepOutcome | undefined {
  const attempts = step.failedAttempts + 1;
  switch (outcome.outcome) {
    case 'retry':
      return undefined;
    case 'done': {
      const given = outcome.items ? linkItems(outcome.items, inputs) : inputs.map(passOn);
      return completeWith(step.node, attempts, { [firstOutputOf(step.node)]: given }, inputs, []);
    }
    case 'fail':
      return failWait(host, step, createFailure(step, resolution), attempts);
  }
}

function endItem(host: WaitHost, step: StepState, { outcome, inputs, resolution }: Answered): void {
  const item = outcome.item!;
  const attempts = (step.items?.failed.get(item)?.attempts ?? 0) + 1;
  const common = { at: host.deps.clock.now(), path: step.path, item, attempts };
  if (outcome.outcome === 'fail') {
    host.append({ type: 'item-failed', ...common, error: createFailure(step, resolution) });
  } else if (outcome.outcome === 'done') {
    host.append({ type: 'item-completed', ...common, outputs: describeDone(step, outcome, inputs[item]) });
  }
}

function describeDone(step: StepState, { item, items }: Outcome, input: Item | undefined): PortItems {
  const given = items ?? [input ?? { json: {} }];
  const linked = given.map(({ json, binary }) => ({
    json,
    ...(binary ? { binary } : {}),
    pairedItem: { item: item! },
  }));
  return { [firstOutputOf(step.node)]: linked };
}

function createFailure({ node }: StepState, { by }: DoubtResolution): ErrorRecord {
  const params = { node: node.node.name, by: by.name };
  return engineErrors.create('STEP_RESOLVED_AS_FAILED', { params }).toRecord();
}

/** The items that the step works on. */
function listInputs(host: WaitHost, step: StepState): readonly Item[] {
  const items = inputItemsOf(host, step);
  return step.node.node.settings.executeOnce ? items.slice(0, 1) : items;
}
