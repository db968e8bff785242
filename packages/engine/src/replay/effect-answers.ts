/**
 * Answers the effects of a replayed execution from the journal of the recorded one.
 *
 * A1. No effect is executed: the node types that act on the world, or read it, are replaced by ones that ask here.
 * A2. A recording answers the request that it was made for. The requests of the recorded execution are computed by
 *     replaying its own version first: that replay has no `asked`, and everything is answered by place.
 * A3. A request that differs from the recorded one at its place is answered with what that gave, and noted; but a failure
 *     answers only the request that failed.
 * A4. What has no recording is noted and gives nothing: the steps behind it do not run.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  AnyNodeDefinition,
  Item,
  ItemContext,
  NodeDefinition,
  PortItems,
  StepContext,
  StepResult,
} from '@navette/contracts';
import { type ErrorRecord, encodeCanonical, NavetteError } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { CompiledNode } from '../graph/compile.ts';
import { answerItem, answerStep, type RecordedAnswer, type RecordedStep } from './recorded-steps.ts';

/** What a step asked of the world, as a text that is the same exactly when the request is. */
interface AskedRequest {
  /** Parameters, credentials and node type. */
  request: string;
  /** The items. */
  input: string;
}

export interface EffectNotes {
  /** Requests by path, per item for nodes that work item by item. */
  asked: Map<string, AskedRequest[]>;
  /** Paths of effects whose request is another one than was recorded. */
  changed: Set<string>;
  /** Paths of effects without a recording. */
  unanswered: Set<string>;
}

interface StepAtWork {
  path: string;
  node: CompiledNode;
}

export class EffectAnswers {
  readonly notes: EffectNotes = { asked: new Map(), changed: new Set(), unanswered: new Set() };
  readonly #recorded: ReadonlyMap<string, RecordedStep>;
  readonly #before: ReadonlyMap<string, readonly AskedRequest[]> | undefined;
  readonly #used = new Map<string, Set<number>>();
  readonly #atWork = new AsyncLocalStorage<StepAtWork>();

  /** @param before the requests of the recorded execution (A2). */
  constructor(recorded: ReadonlyMap<string, RecordedStep>, before: EffectNotes['asked'] | undefined) {
    this.#recorded = recorded;
    this.#before = before;
  }

  /** Runs a step so that its node is answered. */
  during<T>(step: StepAtWork, work: () => T): T {
    return this.#atWork.run(step, work);
  }

  /** The node type, with what it does replaced by what it did. */
  replace(definition: NodeDefinition): AnyNodeDefinition {
    const { executeItem, execute, ...rest } = definition;
    const replaced = executeItem
      ? { ...rest, executeItem: (context: ItemContext<unknown>) => this.#answerItem(context) }
      : { ...rest, execute: (context: StepContext<unknown>) => this.#answerStep(context) };
    return replaced as AnyNodeDefinition;
  }

  #answerStep(context: StepContext<unknown>): StepResult {
    const { path, node } = this.#atWork.getStore()!;
    const asked = describeRequest(node, context.parameters, [...context.inputs]);
    this.#note(path, 0, asked);
    const step = this.#recorded.get(path);
    const answer = step && answerStep(step);
    const place = this.#place(path, 0, asked, (place) => (place === 0 ? answer : undefined));
    if (place === undefined || !answer) return this.#refuse(path);
    if ('error' in answer) throw toError(answer.error);
    const { outputs, response } = answer;
    return response ? { outputs, response } : { outputs };
  }

  #answerItem(context: ItemContext<unknown>): { outputs: PortItems } {
    const { path, node } = this.#atWork.getStore()!;
    const { itemIndex } = context;
    const asked = describeRequest(node, context.parameters, withoutLinks(context.item));
    this.#note(path, itemIndex, asked);
    const step = this.#recorded.get(path);
    const answerAt = (place: number) => step && answerItem(step, place);
    const place = this.#place(path, itemIndex, asked, answerAt);
    const answer = place === undefined ? undefined : answerAt(place);
    if (!answer) return this.#refuse(path);
    if ('error' in answer) throw toError(answer.error);
    return { outputs: moveLinks(answer.outputs, itemIndex) };
  }

  #note(path: string, index: number, asked: AskedRequest): void {
    const list = this.notes.asked.get(path) ?? [];
    list[index] = asked;
    this.notes.asked.set(path, list);
  }

  /** Which recorded request of the step answers this one (A2, A3); undefined when none does. */
  #place(
    path: string,
    index: number,
    asked: AskedRequest,
    answerAt: (place: number) => RecordedAnswer | undefined,
  ): number | undefined {
    if (!this.#before) return index;
    const before = this.#before.get(path) ?? [];
    const used = this.#used.get(path) ?? new Set<number>();
    this.#used.set(path, used);
    const isFree = (place: number) => before[place] !== undefined && !used.has(place);
    const places = [index, ...before.keys()].filter(isFree);
    const isSame = (place: number) => before[place]!.request === asked.request;
    const exact = places.find((place) => isSame(place) && before[place]!.input === asked.input);
    const place = exact ?? places.find(isSame);
    if (place !== undefined) {
      used.add(place);
      return place;
    }
    const answer = isFree(index) ? answerAt(index) : undefined;
    if (!answer || 'error' in answer) return undefined;
    this.notes.changed.add(path);
    used.add(index);
    return index;
  }

  #refuse(path: string): never {
    this.notes.unanswered.add(path);
    throw engineErrors.create('REPLAY_NO_RECORDING', { params: { step: path } });
  }
}

function describeRequest(node: CompiledNode, parameters: unknown, input: unknown): AskedRequest {
  const { type, typeVersion, credentials } = node.node;
  return {
    request: encodeCanonical({ type, typeVersion, credentials, parameters }),
    input: encodeCanonical(input),
  };
}

function withoutLinks({ json, binary }: Item): unknown {
  return { json, files: Object.entries(binary ?? {}).map(([name, file]) => [name, file.sha256]) };
}

/** The recorded outputs as those of the item that asks now. */
function moveLinks(outputs: PortItems, item: number): PortItems {
  return Object.fromEntries(
    Object.entries(outputs).map(([port, items]) => [
      port,
      items.map((one): Item => ({ ...one, pairedItem: { item } })),
    ]),
  );
}

/** The failure as it is on record. It is final: the recorded attempts were made. */
function toError(record: ErrorRecord): NavetteError {
  const { code, kind, message, help = '', issues } = record;
  return new NavetteError(
    code,
    { kind, status: 500, retry: 'never', message, help },
    { message, ...(issues ? { issues } : {}) },
  );
}
