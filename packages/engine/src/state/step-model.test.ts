/**
 * Model test of the lifecycle of steps: random graphs and random records, against a table and the rules of S1 to S4 of
 * execution-state.ts written down a second time, by hand.
 */
import type { Item, JournalRecord, PortItems, StepStatus } from '@navette/contracts';
import type { TransitionTable } from '@navette/kit';
import { createFakeClock } from '@navette/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileWorkflow } from '../graph/compile.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { ExecutionState } from './execution-state.ts';
import { viewSteps } from './view.ts';

const events = ['start', 'attemptFails', 'wait', 'doubt', 'resolve', 'complete', 'fail'] as const;
type StepEvent = (typeof events)[number];

const open = {
  start: 'running',
  attemptFails: 'retrying',
  wait: 'waiting',
  doubt: 'waiting',
  complete: 'succeeded',
  fail: 'failed',
} as const;
/** Of a step that has its input. `resolve` is only for one in doubt. Skips follow from the graph. */
const moves: TransitionTable<StepStatus, StepEvent> = {
  pending: open,
  running: open,
  retrying: open,
  waiting: { resolve: 'running', complete: 'succeeded', fail: 'failed' },
  succeeded: {},
  failed: {},
  skipped: {},
  cancelled: {},
};
const ends: ReadonlySet<StepStatus> = new Set(['succeeded', 'failed', 'skipped']);

const names = ['start', 'a', 'b', 'c', 'd', 'e'] as const;
type Name = (typeof names)[number];
interface Edge {
  from: Name;
  to: Name;
  port: 'main' | 'error';
}
interface Event {
  step: Name;
  event: StepEvent;
  /** Items per port that a completed step gives. */
  gives: Record<Edge['port'], number>;
}

const world = new EngineWorld(createFakeClock());
const itemsOf = (count: number): Item[] => Array.from({ length: count }, (_, n) => ({ json: { n } }));
const error = { code: 'X', message: 'X', kind: 'user' as const, retryable: false };

function createRecord({ step: path, event, gives }: Event, question: number): JournalRecord {
  const common = { at: 2, path };
  switch (event) {
    case 'start':
      return { type: 'step-started', ...common, attempt: 1 };
    case 'attemptFails':
      return { type: 'attempt-failed', ...common, attempt: 1, error, retryAt: 3 };
    case 'wait':
      return { type: 'step-waiting', ...common, startedAt: 1, attempt: 1, wakeAt: 9 };
    case 'doubt': {
      const awaits = { kind: 'doubt' as const, question };
      return { type: 'step-waiting', ...common, startedAt: 1, attempt: 1, wakeAt: null, awaits };
    }
    case 'resolve': {
      const by = { kind: 'user' as const, id: 'usr_1', name: 'Ada' };
      const outcomes = [{ outcome: 'retry' as const }];
      return { type: 'step-resolved', ...common, question, messageId: 'm', by, comment: '', outcomes };
    }
    case 'complete': {
      const outputs: PortItems = { main: itemsOf(gives.main), error: itemsOf(gives.error) };
      return { type: 'step-completed', ...common, startedAt: 1, attempts: 1, outputs };
    }
    case 'fail':
      return { type: 'step-failed', ...common, startedAt: 1, attempts: 1, error };
  }
}

/** What must have become of each step, by the rules alone. */
class Model {
  readonly status = new Map<Name, StepStatus>(names.map((name) => [name, 'pending']));
  readonly ready = new Set<Name>(['start']);
  readonly inDoubt = new Set<Name>();
  readonly #edges: readonly Edge[];
  readonly #given = new Map<Name, Event['gives']>();

  constructor(edges: readonly Edge[]) {
    this.#edges = edges;
    this.settle();
  }

  /** undefined: nobody writes such a record. */
  next({ step, event }: Event): StepStatus | undefined {
    const status = this.status.get(step)!;
    if (!this.ready.has(step)) return undefined;
    if (event === 'resolve' && !this.inDoubt.has(step)) return undefined;
    return moves[status][event];
  }

  move({ step, event, gives }: Event, to: StepStatus): void {
    this.status.set(step, to);
    if (event === 'doubt') this.inDoubt.add(step);
    else this.inDoubt.delete(step);
    if (to === 'succeeded') this.#given.set(step, gives);
  }

  /** Gives the steps that became ready and those that were skipped. */
  settle(): { ready: Name[]; skipped: Name[] } {
    const [ready, skipped]: [Name[], Name[]] = [[], []];
    // Edges go from left to right: one pass sees every skip.
    for (const name of names) {
      if (name === 'start' || this.status.get(name) !== 'pending' || this.ready.has(name)) continue;
      const incoming = this.#edges.filter((edge) => edge.to === name);
      const sources = incoming.map((edge) => this.status.get(edge.from)!);
      if (!sources.every((status) => status === 'succeeded' || status === 'skipped')) continue;
      if (incoming.some((edge) => (this.#given.get(edge.from)?.[edge.port] ?? 0) > 0)) {
        this.ready.add(name);
        ready.push(name);
      } else {
        this.status.set(name, 'skipped');
        skipped.push(name);
      }
    }
    return { ready, skipped };
  }
}

function openState(edges: readonly Edge[]): ExecutionState {
  const node = { type: 'effect', settings: { onError: 'error-port' } };
  const nodes = Object.fromEntries(names.map((name) => [name, name === 'start' ? 'start' : node]));
  const text = edges.map(({ from, to, port }) => `${from}${port === 'error' ? '!' : ''}>${to}`).join(',');
  return new ExecutionState(compileWorkflow(world.addVersion(define(nodes, text)), world.nodeTypes), 'start');
}

function runHistory(edges: readonly Edge[], history: readonly Event[]): void {
  const state = openState(edges);
  const model = new Model(edges);
  const records: JournalRecord[] = [];
  const path: string[] = [];
  const compare = () => {
    const found = names.map((name) => state.step(name)?.status ?? 'pending');
    expect({ path, found }).toEqual({ path, found: [...model.status.values()] });
    const waiting = names.filter((name) => model.status.get(name) === 'waiting');
    expect({
      path,
      waiting: state
        .waiting()
        .map((step) => step.path)
        .sort(),
    }).toEqual({ path, waiting });
    expect(state.isSettled).toBe([...model.status.values()].every((status) => ends.has(status)));
  };
  state.takeSkipped();
  compare();
  for (const event of [
    { step: 'start', event: 'complete', gives: { main: 1, error: 0 } } as const,
    ...history,
  ]) {
    const to = model.next(event);
    const isOver = ends.has(model.status.get(event.step)!);
    // A record that comes too late changes nothing (S4); others that are against the table nobody writes.
    if (to === undefined && !isOver) continue;
    const record = createRecord(
      event,
      (state.step(event.step)?.questions ?? 0) + (event.event === 'doubt' ? 1 : 0),
    );
    const before = isOver ? JSON.stringify(viewSteps(state)) : undefined;
    const doneBefore = state.doneCount;
    state.apply(record);
    records.push(record);
    path.push(`${event.event} ${event.step}`);
    if (to === undefined) {
      expect({ path, after: JSON.stringify(viewSteps(state)) }).toEqual({ path, after: before });
      expect(state.doneCount).toBe(doneBefore);
    } else {
      model.move(event, to);
    }
    expect(state.doneCount).toBeGreaterThanOrEqual(doneBefore);
    const { ready, skipped } = model.settle();
    // One that a person has spoken of may go on.
    if (to !== undefined && event.event === 'resolve') ready.push(event.step);
    expect({
      path,
      ready: state
        .takeReady()
        .map((step) => step.path)
        .sort(),
    }).toEqual({ path, ready: ready.sort() });
    expect({ path, skipped: state.takeSkipped().sort() }).toEqual({ path, skipped: skipped.sort() });
    compare();
  }
  // Whoever takes over stands where the owner stood (S3).
  const again = openState(edges);
  for (const record of records) again.apply(record);
  expect(viewSteps(again)).toEqual(viewSteps(state));
  const finished = { type: 'execution-finished', at: 9, status: 'cancelled' } as const;
  state.apply(finished);
  const shown = viewSteps(state).map((step) => step.status);
  const closed = (status: StepStatus) =>
    ['running', 'retrying', 'waiting'].includes(status) ? 'cancelled' : status;
  expect(shown).toEqual([...model.status.values()].map(closed));
}

const edges = fc
  .array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }), fc.constantFrom('main', 'main', 'error')), {
    maxLength: 9,
  })
  .map((list): Edge[] => {
    const found = new Map<string, Edge>([['start a main', { from: 'start', to: 'a', port: 'main' }]]);
    for (const [from, over, port] of list) {
      const to = from + 1 + over;
      // A trigger has no error port.
      const edge = { from: names[from]!, to: names[to]!, port: from === 0 ? 'main' : port } as Edge;
      if (to < names.length) found.set(`${edge.from} ${edge.to} ${edge.port}`, edge);
    }
    return [...found.values()];
  });
const gives = fc.record({ main: fc.nat({ max: 2 }), error: fc.nat({ max: 1 }) });
const history = fc.array(
  fc.record({ step: fc.constantFrom(...names), event: fc.constantFrom(...events), gives }),
  { minLength: 5, maxLength: 40 },
);

it('follows the table and the graph over random histories', () => {
  fc.assert(fc.property(edges, history, runHistory), { numRuns: 1_000 });
});

it('meets every event in every state', () => {
  const ways: Record<Exclude<StepStatus, 'skipped' | 'cancelled'>, StepEvent[]> = {
    pending: [],
    running: ['start'],
    retrying: ['start', 'attemptFails'],
    waiting: ['doubt'],
    succeeded: ['complete'],
    failed: ['fail'],
  };
  const line: Edge[] = [
    { from: 'start', to: 'a', port: 'main' },
    { from: 'a', to: 'b', port: 'main' },
    { from: 'a', to: 'c', port: 'error' },
  ];
  for (const way of Object.values(ways))
    for (const event of events)
      runHistory(
        line,
        [...way, event].map((one) => ({ step: 'a', event: one, gives: { main: 1, error: 0 } })),
      );
});
