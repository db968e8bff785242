/**
 * Fan-out over items: one execution with a for-each over 100 and over 10,000 items, whose body is one effect step that
 * costs nothing and is committed before the next one of its item; and how much memory the 10,000 take on their way.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { defineNode } from '@navette/node-sdk';
import { z } from 'zod';
import { forEach } from '../../packages/nodes/src/for-each/index.ts';
import { noOp } from '../../packages/nodes/src/no-op/index.ts';
import type { BenchOptions } from '../arguments.ts';
import { type EngineWorld, openEngineWorld } from '../engine/engine-world.ts';
import { benchTrigger } from '../journal/effect-chain.ts';
import { type Spread, spreadOf } from '../statistics.ts';

const defaultMany = 10_000;

export interface ForEachResult {
  window: number;
  few: { items: number; ms: Spread };
  many: { items: number; ms: Spread };
  /** Live heap after a fifth and after nine tenths of the many items, in MiB. */
  heapMiB: { early: number; late: number };
}

export async function measureForEach(options: BenchOptions): Promise<ForEachResult> {
  const window = 10;
  const many = options.count ?? defaultMany;
  const probe = new HeapProbe(many);
  const world = await openEngineWorld([benchTrigger, forEach, noOp, createEffect(() => probe.count())]);
  try {
    await runOnce(world, { items: 100, window });
    const few: number[] = [];
    const all: number[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      console.error(`for-each: round ${round} of ${options.rounds}`);
      few.push(await runOnce(world, { items: 100, window }));
      all.push(await runOnce(world, { items: many, window }));
    }
    probe.start();
    await runOnce(world, { items: many, window });
    return {
      window,
      few: { items: 100, ms: spreadOf(few) },
      many: { items: many, ms: spreadOf(all) },
      heapMiB: probe.read(),
    };
  } finally {
    await world.close();
  }
}

function createEffect(done: () => void) {
  return defineNode({
    type: 'bench-item',
    version: 1,
    group: 'flow',
    icon: 'bolt',
    name: { en: 'Effect', fr: 'Effet' },
    description: { en: 'An effect that costs nothing.', fr: 'Un effet qui ne coûte rien.' },
    docs: { en: '', fr: '' },
    parameters: z.strictObject({}),
    effect: 'effect',
    examples: [],
    executeItem(ctx) {
      done();
      return { json: { ...ctx.item.json, state: 'done' } };
    },
  });
}

function createFanOut(window: number): WorkflowDefinitionInput {
  return {
    nodes: [
      { id: 'start', name: 'Start', type: benchTrigger.type },
      { id: 'each', name: 'For each', type: forEach.type, parameters: { concurrency: window } },
      { id: 'effect', name: 'Effect', type: 'bench-item' },
      { id: 'end', name: 'End', type: noOp.type },
    ],
    edges: [
      { from: 'start', to: 'each' },
      { from: 'each', fromPort: 'item', to: 'effect' },
      { from: 'effect', to: 'each' },
      { from: 'each', fromPort: 'done', to: 'end' },
    ],
  };
}

/** Milliseconds. */
async function runOnce(
  world: EngineWorld,
  { items, window }: { items: number; window: number },
): Promise<number> {
  const version = world.createVersion('For each', createFanOut(window));
  const startedAt = performance.now();
  const end = await world.engine.startAndAwait(
    {
      projectId: version.projectId,
      version,
      triggerNodeId: 'start',
      items: Array.from({ length: items }, (_, n) => ({ json: { n, name: `Item ${n}`, tags: ['a', 'b'] } })),
      mode: 'api',
    },
    { until: 'finished' },
  );
  const elapsedMs = performance.now() - startedAt;
  const last = end.items?.at(-1)?.json;
  if (end.status !== 'succeeded' || end.items?.length !== items || last?.['n'] !== items - 1)
    throw new Error(`A fan-out ended wrongly: ${end.status} with ${end.items?.length} items`);
  return elapsedMs;
}

/** Looks at the live heap, garbage collected, when a fifth and when nine tenths of the items are done. */
class HeapProbe {
  readonly #items: number;
  #done = 0;
  #isOn = false;
  readonly #seen: number[] = [];
  #collect: () => void = () => {};

  constructor(items: number) {
    this.#items = items;
  }

  start(): void {
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc') as () => void;
    this.#isOn = true;
    this.#done = 0;
  }

  count(): void {
    this.#done += 1;
    if (!this.#isOn) return;
    if (this.#done !== Math.floor(this.#items * 0.2) && this.#done !== Math.floor(this.#items * 0.9)) return;
    this.#collect();
    this.#seen.push(process.memoryUsage().heapUsed / 1024 / 1024);
  }

  read(): { early: number; late: number } {
    const [early, late] = this.#seen;
    if (early === undefined || late === undefined) throw new Error('The items went by unseen');
    return { early, late };
  }
}
