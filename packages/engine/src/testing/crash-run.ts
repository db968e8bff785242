/**
 * Runs a workflow once in calm, and again with its worker cut off from the store before or after one of its writes and
 * another one taking over. The end must be the same, no effect that was journaled may run again, and only what was in
 * flight may run twice, under the same key.
 */
import { isTerminal, type WorkflowDefinition } from '@navette/contracts';
import { deriveUuid } from '@navette/kit';
import { createFakeClock, type FakeClock } from '@navette/testing';
import { expect } from 'vitest';
import { CrashingStore, EngineWorld } from './engine-world.ts';
import type { TestProgram } from './trusted-programs.ts';

export interface CrashPoint {
  write: number;
  when: 'before' | 'after';
}

export interface CrashOutcome {
  status: string;
  items: unknown;
  effects: { key: string; node: string }[];
  writes: number;
  crashed: boolean;
  /** Effects that ran again although the journal said that they were done. */
  doubled: string[];
  records: { type: string; path?: string; item?: number }[];
}

export interface CrashProgram {
  definition: WorkflowDefinition;
  items: object[];
  /** Workflows that it calls, with their ids. */
  called?: { workflowId: string; definition: WorkflowDefinition }[];
  programs?: ReadonlyMap<string, TestProgram>;
  /** What others do meanwhile, every half second; whatever it does must count once however often it is done. */
  outside?(world: EngineWorld): Promise<void>;
}

export async function runWithCrash(program: CrashProgram, crashAt?: CrashPoint): Promise<CrashOutcome> {
  const { definition, items } = program;
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  for (const [name, run] of program.programs ?? []) world.programs.set(name, run);
  const store = new CrashingStore(world.store, crashAt);
  const first = world.createEngine(store);
  for (const called of program.called ?? []) world.addVersion(called.definition, called.workflowId);
  const version = world.addVersion(definition);
  const request = {
    projectId: world.projectId,
    version,
    triggerNodeId: 'start',
    items: items.map((json) => ({ json: json as never })),
    mode: 'api' as const,
  };
  let accepted = false;
  void first.start(request).then(() => {
    accepted = true;
  });
  await settle(world, clock, { outside: program.outside, crashing: store });
  const crashed = crashAt !== undefined && store.writes >= crashAt.write;
  const effectsBefore = world.effects.length;
  const done = await listDoneKeys(world);
  let engine = first;
  if (crashed) {
    store.crash();
    world.store.buryWorker(first.workerId);
    engine = world.createEngine();
    await engine.claim();
    await settle(world, clock, { outside: program.outside });
    for (const { id, status } of world.store.list()) {
      if (!isTerminal(status)) throw new Error(`Execution ${id} is still ${status} after the crash`);
    }
  }
  const row = world.store.list().find(({ parentId }) => parentId === null);
  if (!row) {
    // Nothing was promised, so nothing may have happened.
    expect(accepted).toBe(false);
    expect(world.effects).toEqual([]);
    const nothing = { items: [], effects: [], doubled: [], records: [] };
    return { status: 'never accepted', ...nothing, writes: store.writes, crashed };
  }
  const records = await world.records(row.id);
  const end = await engine.awaitFinished(row.id);
  return {
    status: row.status,
    items: end.items?.map((item) => item.json),
    effects: world.effects.map(({ key, node }) => ({ key, node })),
    writes: store.writes,
    crashed,
    doubled: world.effects.slice(effectsBefore).flatMap(({ key, node }) => (done.has(key) ? [node] : [])),
    records: records as never,
  };
}

/** Until everything has ended, or for some seconds after the crash. */
async function settle(
  world: EngineWorld,
  clock: FakeClock,
  { crashing, outside }: { crashing?: CrashingStore; outside?: CrashProgram['outside'] },
): Promise<void> {
  let turnsAfterCrash = 0;
  for (let turn = 0; turn < 2_000 && turnsAfterCrash < 10; turn++) {
    await clock.advance(500);
    await outside?.(world);
    const due = world.store.queueDueWaits(clock.now());
    if (due.length > 0) world.engineClaim(due);
    const rows = world.store.list();
    if (crashing?.isDead) turnsAfterCrash += 1;
    else if (rows.length > 0 && rows.every((row) => isTerminal(row.status))) return;
  }
}

/** Keys of the effects that the journals say to be done. */
async function listDoneKeys(world: EngineWorld): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const row of world.store.list()) {
    for (const record of await world.records(row.id)) {
      if (record.type === 'item-completed') {
        keys.add(deriveUuid(row.rootId, record.path, String(record.item)));
      } else if (record.type === 'step-completed') {
        const count = Object.values(record.outputs).flat().length;
        for (let item = 0; item < count; item++) keys.add(deriveUuid(row.rootId, record.path, String(item)));
      }
    }
  }
  return keys;
}

export function assertSameEnd(calm: CrashOutcome, stormy: CrashOutcome, where: string): void {
  if (stormy.status === 'never accepted') return;
  expect({ where, status: stormy.status, items: stormy.items, doubled: stormy.doubled }).toEqual({
    where,
    status: calm.status,
    items: calm.items,
    doubled: [],
  });
  const count = (list: { key: string; node: string }[]) => Map.groupBy(list, (effect) => effect.key);
  const calmKeys = [...count(calm.effects).values()].map((list) => list[0]!.node).sort();
  const stormyGroups = count(stormy.effects);
  expect([...stormyGroups.values()].map((list) => list[0]!.node).sort()).toEqual(calmKeys);
  for (const path of new Set(stormy.records.map((record) => record.path))) {
    const done = stormy.records.filter((record) => record.type === 'step-completed' && record.path === path);
    expect({ where, path, completed: done.length }).toEqual({
      where,
      path,
      completed: Math.min(1, done.length),
    });
  }
}

/** Crashes before and after each write. Gives how many there are. */
export async function crashEverywhere(program: CrashProgram, inFlight: number): Promise<number> {
  const calm = await runWithCrash(program);
  for (let write = 1; write <= calm.writes; write++) {
    for (const when of ['before', 'after'] as const) {
      const stormy = await runWithCrash(program, { write, when });
      const where = `${when} write ${write} of ${calm.writes}`;
      expect({ where, crashed: stormy.crashed }).toEqual({ where, crashed: true });
      assertSameEnd(calm, stormy, where);
      if (stormy.status === 'never accepted') continue;
      const repeated = stormy.effects.length - calm.effects.length;
      expect({ where, tooMany: repeated > inFlight }).toEqual({ where, tooMany: false });
    }
  }
  return calm.writes;
}
