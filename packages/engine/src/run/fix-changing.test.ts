import type { NodeDefinition } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { CrashingStore, createTestNodes, define, EngineWorld } from '../testing/engine-world.ts';

/** What a sender was asked to send, under which key. */
interface Sent {
  key: string;
  text: unknown;
}

/** Sends its parameter, and gets an answer once the world answers. Fails as often as it is told. */
function createSender(sent: Sent[], world: { answers: boolean; failures: number }): NodeDefinition {
  const base = createTestNodes([], createFakeClock()).find(({ type }) => type === 'hang')!;
  return {
    ...base,
    type: 'send',
    kind: 'node',
    effect: 'effect',
    execute: undefined,
    parameters: z.strictObject({ text: z.json() }),
    async executeItem(ctx) {
      sent.push({ key: ctx.idempotencyKey, text: (ctx.parameters as { text: unknown }).text });
      if (!world.answers) await new Promise<never>(() => {});
      if (world.failures-- > 0) throw new Error('Refused');
      return ctx.item;
    },
  } as NodeDefinition;
}

function open(text: string, settings = {}) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const sent: Sent[] = [];
  const outside = { answers: true, failures: 0 };
  const sender = createSender(sent, outside);
  const nodeTypes = {
    find: (type: string, version: number) => (type === 'send' ? sender : world.nodeTypes.find(type, version)),
    list: () => [...world.nodeTypes.list(), sender],
  };
  const version = world.addVersion(
    define({ start: 'start', send: { type: 'send', parameters: { text }, settings } }, 'start>send'),
  );
  const start = { projectId: world.projectId, version, triggerNodeId: 'start', mode: 'api' as const };
  const createEngine = (store = new CrashingStore(world.store)) =>
    world.createEngine(store, 10, { nodeTypes, random: Math.random });
  return { clock, createEngine, outside, sent, start, world };
}

const template = '{{ $now.toMillis() }} {{ Math.random() }}';

it.each([1, 3])(
  'an effect that a crash cut off is begun again with what it was begun with (%i items)',
  async (count) => {
    const { clock, createEngine, outside, sent, start, world } = open(template, { concurrency: 3 });
    outside.answers = false;
    const store = new CrashingStore(world.store);
    const first = createEngine(store);
    await first.start({ ...start, items: Array.from({ length: count }, (_, n) => ({ json: { n } })) });
    await clock.advance(0);
    expect(sent).toHaveLength(count);
    store.crash();
    await clock.advance(60_000);
    outside.answers = true;
    world.store.buryWorker(first.workerId);
    const second = createEngine();
    await second.claim();
    await clock.advance(1_000);
    expect(world.store.list()[0]).toMatchObject({ status: 'succeeded' });
    expect(sent).toHaveLength(2 * count);
    const byKey = Map.groupBy(sent, ({ key }) => key);
    expect(byKey.size).toBe(count);
    for (const [one, again] of byKey.values()) expect(again).toEqual(one);
    expect(new Set(sent.map(({ text }) => text)).size).toBe(count);
  },
);

it('another attempt sees another time', async () => {
  const retry = { maxAttempts: 2, delayMs: 1_000, jitter: 0 };
  const { clock, createEngine, outside, sent, start } = open('{{ $now.toMillis() }}', { retry });
  outside.failures = 1;
  const begunAt = clock.now();
  await createEngine().start({ ...start, items: [] });
  await clock.advance(2_000);
  expect(sent.map(({ text }) => text)).toEqual([begunAt, begunAt + 1_000]);
});
