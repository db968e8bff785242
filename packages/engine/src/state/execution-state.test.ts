import type { Item, JournalRecord, PassPlan, PortItems } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { compileWorkflow } from '../graph/compile.ts';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { ExecutionState } from './execution-state.ts';
import { foldJournal, viewStepData, viewSteps } from './view.ts';

const world = new EngineWorld(createFakeClock());
const items = (...values: number[]): Item[] => values.map((n) => ({ json: { n } }));
const error = { code: 'X', message: 'X', kind: 'user' as const, retryable: false };

const done = (path: string, outputs: PortItems): JournalRecord => ({
  type: 'step-completed',
  at: 2,
  path,
  startedAt: 1,
  attempts: 1,
  outputs,
});
const opened = (path: string, passes: PassPlan): JournalRecord => ({
  type: 'step-started',
  at: 1,
  path,
  attempt: 1,
  passes,
});
const ended = (path: string, item: number): JournalRecord => ({
  type: 'item-completed',
  at: 2,
  path,
  item,
  attempts: 1,
  outputs: {},
});
const failed = (path: string): JournalRecord => ({
  type: 'step-failed',
  at: 2,
  path,
  startedAt: 1,
  attempts: 1,
  error,
});
const inBatches = (
  size: number,
  window: number,
  onFailure: 'stop' | 'continue' | 'collect' = 'stop',
): PassPlan => ({
  by: 'batches',
  size,
  window,
  onFailure,
});

function open(edges: string, nodes: Parameters<typeof define>[0], input: Item[]) {
  const version = world.addVersion(define({ start: 'start', ...nodes }, edges));
  const records: JournalRecord[] = [];
  const state = new ExecutionState(compileWorkflow(version, world.nodeTypes), 'start');
  const apply = (...more: JournalRecord[]) => {
    records.push(...more);
    for (const record of more) state.apply(record);
  };
  const ready = () => state.takeReady().map((step) => step.path);
  const inputOf = (path: string) => [...state.inputsOf(state.step(path)!).values()].flat();
  apply(done('start', { main: input }));
  return { version, state, records, apply, ready, inputOf };
}

describe('passes as a fold', () => {
  it('open one after the other, each with its items, linked to what the loop was given', () => {
    const { state, apply, ready, inputOf } = open(
      'start>l, l.loop>a, a>l, l.done>z',
      { l: 'loop', a: 'pass', z: 'pass' },
      items(1, 2, 3),
    );
    expect(ready()).toEqual(['l']);
    apply(opened('l', inBatches(2, 1)));
    expect(ready()).toEqual(['l#0/a']);
    expect(inputOf('l#0/a')).toEqual([
      { json: { n: 1 }, pairedItem: { item: 0 } },
      { json: { n: 2 }, pairedItem: { item: 1 } },
    ]);
    apply(done('l#0/a', { main: [{ json: { n: 20 }, pairedItem: { item: 1 } }] }));
    expect(state.takeEndedPasses()).toMatchObject([{ pass: 0 }]);
    expect(ready()).toEqual(['l#1/a']);
    expect(state.step('l#0/a')).toBeDefined();
    apply(done('l#1/a', { main: [{ json: { n: 30 }, pairedItem: { item: 0 } }] }));
    expect(ready()).toEqual(['l']);
    apply({ ...done('l', {}), collected: { counts: { done: 2 } } } as JournalRecord);
    expect(state.step('l')?.outputs).toEqual({
      done: [
        { json: { n: 20 }, pairedItem: { item: 1 } },
        { json: { n: 30 }, pairedItem: { item: 2 } },
      ],
    });
    expect(ready()).toEqual(['z']);
  });

  it('keep to the window, and let what came back wait for its turn', () => {
    const { state, apply, ready } = open(
      'start>l, l.item>a, a>l',
      { l: 'each', a: 'pass' },
      items(1, 2, 3, 4),
    );
    ready();
    apply(opened('l', inBatches(1, 2)));
    expect(ready()).toEqual(['l#0/a', 'l#1/a']);
    apply(done('l#1/a', { main: items(20) }));
    expect(ready()).toEqual(['l#2/a']);
    apply(done('l#2/a', { main: items(30) }), done('l#0/a', { main: items(10) }));
    expect(ready()).toEqual(['l#3/a']);
    expect(state.steps().map((step) => step.path)).toEqual(['start', 'l', 'l#3/a']);
    apply(done('l#3/a', { main: items(40) }));
    expect(ready()).toEqual(['l']);
    expect(
      state
        .step('l')
        ?.passes?.collect()
        ['done']?.map((item) => item.json['n']),
    ).toEqual([10, 20, 30, 40]);
  });

  it('are skipped through where nothing comes, in that pass only', () => {
    const { state, apply, ready } = open(
      'start>l, l.loop>if, if.true>a, a>b, b>l',
      { l: 'loop', if: 'branch', a: 'pass', b: 'pass' },
      items(1, 2),
    );
    apply(opened('l', inBatches(1, 1)), done('l#0/if', { true: [], false: items(1) }));
    expect(state.takeSkipped()).toEqual(['l#0/a', 'l#0/b']);
    expect(ready()).toEqual(['l#1/if']);
    apply(done('l#1/if', { true: items(2), false: [] }));
    expect(ready()).toEqual(['l#1/a']);
  });

  it('by condition go on with the items that were chosen; the others have left', () => {
    const { state, apply, ready, inputOf } = open(
      'start>l, l.loop>a, a>l',
      { l: 'loop', a: 'pass' },
      items(1, 2, 3),
    );
    apply(opened('l', { by: 'condition', limit: 9, goOn: [0, 2] }));
    expect(inputOf('l#0/a').map((item) => item.json['n'])).toEqual([1, 3]);
    apply(
      done('l#0/a', {
        main: [
          { json: { n: 10 }, pairedItem: { item: 0 } },
          { json: { n: 30 }, pairedItem: { item: 1 } },
        ],
      }),
    );
    expect(ready()).toEqual(['l']);
    expect(state.step('l')?.passes).toMatchObject({ phase: 'deciding', endedCount: 1 });
    apply({ ...ended('l', 0), goOn: [1] } as JournalRecord);
    expect(inputOf('l#1/a')).toEqual([{ json: { n: 30 }, pairedItem: { item: 2 } }]);
    apply(done('l#1/a', { main: [] }));
    expect(state.step('l')?.passes?.collect()['done']).toEqual([
      { json: { n: 2 }, pairedItem: { item: 1 } },
      { json: { n: 10 }, pairedItem: { item: 0 } },
    ]);
  });

  it('that fail end alone where the loop lets them, and what still comes of them counts no more', () => {
    const { state, apply, ready } = open(
      'start>l, l.item>a, l.item>b, a>l, b>l',
      { l: 'each', a: 'pass', b: 'pass' },
      items(1, 2, 3),
    );
    apply(opened('l', inBatches(1, 2, 'continue')));
    ready();
    const step = state.step('l#0/a')!;
    expect(state.findFailingPass(step)).toBe(step.scope);
    apply(failed('l#0/a'));
    expect(state.takeEndedPasses()).toMatchObject([{ pass: 0, error }]);
    expect(ready()).toEqual(['l#2/a', 'l#2/b']);
    const before = state.doneCount;
    apply(done('l#0/b', { main: items(9) }));
    expect(state.doneCount).toBe(before);
    for (const pass of [1, 2])
      apply(done(`l#${pass}/a`, { main: items(pass) }), done(`l#${pass}/b`, { main: [] }));
    expect(
      state
        .step('l')
        ?.passes?.collect()
        ['done']?.map((item) => item.json),
    ).toEqual([{ n: 1, error: { code: 'X', message: 'X' } }, { n: 1 }, { n: 2 }]);
  });

  it('fail the execution otherwise, which no record of a step takes back', () => {
    const { state, apply } = open('start>l, l.loop>a, a>l', { l: 'loop', a: 'pass' }, items(1));
    apply(opened('l', inBatches(1, 1)));
    expect(state.findFailingPass(state.step('l#0/a')!)).toBeUndefined();
    apply(failed('l#0/a'), done('l#0/a', { main: items(1) }));
    expect(state.step('l#0/a')?.status).toBe('failed');
    expect(state.isSettled).toBe(false);
  });

  it('are opened by a record before their turn, and wait for a place', () => {
    const { apply, ready } = open(
      'start>l, l.item>a, a>b, b>l',
      { l: 'each', a: 'pass', b: 'pass' },
      items(1, 2, 3, 4),
    );
    apply(opened('l', inBatches(1, 1)), done('l#0/a', { main: items(1) }), done('l#3/a', { main: items(4) }));
    expect(ready()).toEqual(['l#0/b']);
    apply(done('l#0/b', { main: items(1) }));
    expect(ready()).toEqual(['l#3/b']);
    apply(done('l#3/b', { main: items(4) }));
    expect(ready()).toEqual(['l#1/a']);
  });

  it('do not let a loop end for which some are missing', () => {
    const { state, apply, ready } = open('start>l, l.item>a, a>l', { l: 'each', a: 'pass' }, items(1, 2));
    const end = { ...done('l', {}), collected: { counts: { done: 2 } } } as JournalRecord;
    apply(end);
    expect(ready()).toEqual(['l']);
    apply(opened('l', inBatches(1, 2)), done('l#0/a', { main: items(1) }), end);
    expect(state.step('l')?.status).toBe('running');
    expect(ready()).toEqual(['l#1/a']);
    apply({
      ...done('l', {}),
      collected: { counts: { done: 2 }, failed: [{ pass: 1, error }] },
    } as JournalRecord);
    expect(state.step('l')?.outputs?.['done']).toHaveLength(2);
    expect(state.isSettled).toBe(true);
  });

  it('ignore paths that lead nowhere', () => {
    const { state, apply } = open('start>l, l.loop>a, a>l', { l: 'loop', a: 'pass' }, items(1));
    apply(opened('l', inBatches(1, 1)));
    const before = state.doneCount;
    for (const path of ['a', 'l#7/a', 'l#0/start', 'l#x/a', 'start#0/a', 'l/a', '#/', 'nobody'])
      apply(done(path, { main: items(1) }));
    expect(state.doneCount).toBe(before);
    expect(state.step('l#7/a')).toBeUndefined();
  });

  it('give the same state when the records are read again', () => {
    const { version, state, records, apply } = open(
      'start>o, o.item>l, l.loop>a, a>l, l.done>o',
      { o: 'each', l: 'loop', a: 'pass' },
      items(1, 2, 3),
    );
    apply(opened('o', inBatches(1, 2)));
    for (const pass of [0, 1]) apply(opened(`o#${pass}/l`, inBatches(1, 1)));
    apply(done('o#1/l#0/a', { main: items(2) }));
    const again = new ExecutionState(compileWorkflow(version, world.nodeTypes), 'start');
    for (const record of records) again.apply(record);
    const describeState = (one: ExecutionState) =>
      one.steps().map(({ path, status, outputs, passes }) => [path, status, outputs, passes?.phase]);
    expect(describeState(again)).toEqual(describeState(state));
    expect(new Set(again.takeReady().map((step) => step.path))).toEqual(new Set(['o#0/l#0/a', 'o#1/l']));
  });

  it('stay small in memory, however many there are', () => {
    const { state, apply } = open(
      'start>l, l.item>a, a>l',
      { l: 'each', a: 'pass' },
      Array.from({ length: 3_000 }, (_, n) => ({ json: { n } })),
    );
    apply(opened('l', inBatches(1, 10)));
    for (let pass = 0; pass < 2_990; pass++)
      apply(done(`l#${pass}/a`, { main: items(pass) }), ended('l', pass));
    expect(state.steps()).toHaveLength(12);
    expect(state.takeReady().length).toBeLessThan(20);
    expect(state.takeEndedPasses()).toEqual([]);
  });
});

describe('views of passes', () => {
  it('show open passes, the last ones and those that failed', () => {
    const { version, records, apply } = open(
      'start>l, l.item>a, a>b, b>l, l.done>z',
      { l: 'each', a: 'pass', b: 'pass', z: 'pass' },
      Array.from({ length: 100 }, (_, n) => ({ json: { n } })),
    );
    const view = () => viewSteps(foldJournal(version, world.nodeTypes, 'start', [{ seq: 1, records }]));
    const pathsOf = (nodeId: string) => view().flatMap((step) => (step.nodeId === nodeId ? step.path : []));
    expect(pathsOf('a')).toEqual(['a']);
    apply(opened('l', inBatches(1, 2, 'continue')), failed('l#0/a'));
    for (let pass = 1; pass < 60; pass++)
      apply(done(`l#${pass}/a`, { main: items(pass) }), done(`l#${pass}/b`, { main: items(pass) }));
    const shown = pathsOf('a');
    expect(shown[0]).toBe('l#0/a');
    expect(shown.at(-3)).toBe('l#59/a');
    expect(shown).toHaveLength(1 + 25 + 2);
    expect(view().find((step) => step.path === 'l#0/a')?.status).toBe('failed');
    const data = (path: string) =>
      viewStepData(foldJournal(version, world.nodeTypes, 'start', [{ seq: 1, records }], path), path);
    expect(data('l#7/b')?.outputs).toEqual({ main: items(7) });
    expect(data('l#7/b')?.inputs).toEqual({ main: items(7) });
    expect(data('b')).toEqual({ path: 'b', inputs: { main: [] }, outputs: {} });
    expect(data('l#700/b')).toBeUndefined();
  });

  it('count items that were left out of the records', () => {
    const hollow = (length: number) => new Array<Item>(length);
    const { version, records, apply } = open(
      'start>l, l.loop>a, a>l, l.done>m, m.loop>b, b>m, m.done>z',
      { l: 'loop', a: 'pass', m: 'loop', b: 'pass', z: 'pass' },
      hollow(3),
    );
    apply(opened('l', inBatches(2, 1, 'continue')), done('l#0/a', { main: hollow(2) }), failed('l#1/a'));
    apply({ ...done('l', {}), collected: { counts: { done: 3 } } } as JournalRecord);
    apply(opened('m', { by: 'condition', limit: 9, goOn: [0, 1, 2] }), done('m#0/b', { main: hollow(3) }));
    apply({ ...ended('m', 0), goOn: [1] } as JournalRecord, done('m#1/b', { main: hollow(1) }));
    apply({ ...ended('m', 1), goOn: [] } as JournalRecord);
    apply({ ...done('m', {}), collected: { counts: { done: 3 } } } as JournalRecord);
    const steps = viewSteps(foldJournal(version, world.nodeTypes, 'start', [{ seq: 1, records }]));
    const counts = steps.flatMap(({ path, outputCounts }) =>
      path === 'l' || path === 'm' ? [outputCounts] : [],
    );
    expect(counts).toEqual([{ done: 3 }, { done: 3 }]);
  });

  it('show the body of a loop that was skipped as skipped', () => {
    const { version, records, apply } = open(
      'start>if, if.true>l, l.loop>a, a>l',
      { if: 'branch', l: 'loop', a: 'pass' },
      items(1),
    );
    apply(done('if', { true: [], false: items(1) }));
    const steps = viewSteps(foldJournal(version, world.nodeTypes, 'start', [{ seq: 1, records }]));
    expect(steps.map((step) => [step.path, step.status])).toEqual([
      ['start', 'succeeded'],
      ['if', 'succeeded'],
      ['l', 'skipped'],
      ['a', 'skipped'],
    ]);
  });
});
