/** The node setting `timeoutMs` where a step waits. */
import type { Item } from '@navette/contracts';
import { createFakeClock } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { crashEverywhere } from './testing/crash-run.ts';
import { define, EngineWorld } from './testing/engine-world.ts';

type Definition = ReturnType<typeof define>;

async function start(definition: Definition, called?: { workflowId: string; definition: Definition }) {
  const clock = createFakeClock();
  const world = new EngineWorld(clock);
  const engine = world.createEngine();
  if (called) world.addVersion(called.definition, called.workflowId);
  const { executionId } = await engine.start({
    projectId: world.projectId,
    version: world.addVersion(definition),
    triggerNodeId: 'start',
    items: [{ json: { n: 1 } }],
    mode: 'api',
  });
  await clock.advance(10);
  return {
    clock,
    world,
    engine,
    executionId,
    row: () => world.store.list().find((row) => row.id === executionId)!,
    pass: async (ms: number) => {
      await clock.advance(ms);
      world.engineClaim(world.store.queueDueWaits(clock.now()));
      await clock.advance(10);
    },
    signal: (json: Item['json']) =>
      engine.post.sendSignal({
        projectId: world.projectId,
        to: { executionId },
        name: 'go',
        items: [{ json }],
        idempotencyKey: null,
      }),
  };
}

const limited = (type: string, parameters: object, settings: object = {}) => ({
  type,
  parameters: parameters as Record<string, unknown>,
  settings: { timeoutMs: 30_000, ...settings },
});
const failedAtLimit = {
  status: 'failed',
  error: { code: 'NODE_TIMEOUT', message: '"w" did not finish within 30000 ms', nodeName: 'w' },
};

describe('a wait with a time limit of its node', () => {
  it.each([
    ['for a time', limited('nap', { ms: 3_600_000 })],
    ['for a signal', limited('hear', { name: 'go' })],
    ['for a signal, with a longer limit of its own', limited('hear', { name: 'go', timeoutMs: 60_000 })],
    ['for a request', limited('resumed', {})],
    ['for a decision', limited('ask', {})],
  ])('%s fails at the limit, and says until when it waits', async (_what, w) => {
    const { clock, pass, row } = await start(define({ start: 'start', w }, 'start>w'));
    expect(row()).toMatchObject({ status: 'waiting', wakeAt: clock.now() - 10 + 30_000 });
    await pass(29_000);
    expect(row().status).toBe('waiting');
    await pass(1_000);
    expect(row()).toMatchObject(failedAtLimit);
  });

  it('that is over before is no different', async () => {
    const nap = await start(define({ start: 'start', w: limited('nap', { ms: 20_000 }) }, 'start>w'));
    await nap.pass(20_000);
    expect(nap.row().status).toBe('succeeded');
    const hear = await start(define({ start: 'start', w: limited('hear', { name: 'go' }) }, 'start>w'));
    await hear.signal({ word: 'now' });
    await hear.clock.advance(10);
    expect(hear.row().status).toBe('succeeded');
    const rule = { port: 'timeout' };
    const w = limited('hear', { name: 'go', timeoutMs: 20_000, rule });
    const own = await start(define({ start: 'start', w, late: 'effect' }, 'start>w,w.timeout>late'));
    await own.pass(20_000);
    expect(own.row().status).toBe('succeeded');
    expect(own.world.effects).toHaveLength(1);
  });

  it('leaves by the error port when the node says so, and is not begun again', async () => {
    const retry = { maxAttempts: 3, delayMs: 10 };
    const w = limited('hear', { name: 'go' }, { onError: 'error-port', retry });
    const { pass, row, world } = await start(
      define({ start: 'start', w, on: 'pass', late: 'effect' }, 'start>w,w>on,w!>late'),
    );
    await pass(30_000);
    expect(row().status).toBe('succeeded');
    expect(world.effects).toMatchObject([{ node: 'late', item: { error: { code: 'NODE_TIMEOUT' } } }]);
  });

  it('for a decision asks nobody any more', async () => {
    const { executionId, pass, world } = await start(
      define({ start: 'start', w: limited('ask', {}) }, 'start>w'),
    );
    expect(world.store.listApprovals()).toMatchObject([{ executionId, expiresAt: expect.any(Number) }]);
    await pass(30_000);
    expect(world.store.listApprovals()).toMatchObject([{ executionId, status: 'expired' }]);
  });

  it('for a called workflow cancels that', async () => {
    const workflowId = crypto.randomUUID();
    const w = limited('call', { workflowId: `wfl_${workflowId.replaceAll('-', '')}` });
    const called = define({ in: 'called', h: { type: 'hear', parameters: { name: 'go' } } }, 'in>h');
    const { clock, pass, row, world } = await start(define({ start: 'start', w }, 'start>w'), {
      workflowId,
      definition: called,
    });
    const child = () => world.store.list().find(({ mode }) => mode === 'child')!;
    await clock.advance(1_000);
    expect(child().status).toBe('waiting');
    await pass(30_000);
    expect(row()).toMatchObject(failedAtLimit);
    world.engineClaim([child().id]);
    await clock.advance(1_000);
    expect(child().status).toBe('cancelled');
  });

  it('ends the same, whatever crashes', async () => {
    const w = limited('hear', { name: 'go' }, { onError: 'continue' });
    const n = limited('nap', { ms: 60_000 }, { onError: 'continue' });
    const nodes = { start: 'start', a: 'effect', w, n, b: 'effect' };
    const definition = define(nodes, 'start>a,a>w,w>n,n>b');
    expect(await crashEverywhere({ definition, items: [{ n: 1 }] }, 1)).toBeGreaterThan(5);
  });
});
