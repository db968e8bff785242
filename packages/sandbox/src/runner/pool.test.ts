import { afterEach, describe, expect, it } from 'vitest';
import { createTask, readError, readOutput } from '../testing/engine-under-test.ts';
import { createNodeProgram } from './node-program.ts';
import { type Checkout, type PoolOptions, RunnerPool } from './pool.ts';
import { createPooledEngine } from './pooled-engine.ts';
import { readTreeUsage } from './process-tree.ts';

const options: PoolOptions = {
  program: createNodeProgram({
    engine: 'quickjs',
    main: 'testing/hostile-main.fixture.ts',
    folders: ['inside', 'protocol', 'testing'],
    packages: [],
    flags: [],
    baseMemoryBytes: 256 * 1024 ** 2,
    canDrop: false,
  }),
  size: 2,
  ready: 0,
  maxTasks: 3,
  maxQueued: 2,
  maxIdleMs: 60_000,
  jail: 'never',
};

const opened: { close(): Promise<void> }[] = [];
const open = (over: Partial<PoolOptions> = {}) => {
  const pool = new RunnerPool({ ...options, ...over });
  opened.push(pool);
  return pool;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const use = async (pool: RunnerPool, key: string, reusable = true) => {
  const { runner, release } = await pool.checkout(key);
  release(reusable);
  return runner;
};
const isGone = (pid: number) => expect.poll(() => readTreeUsage(pid)).toBeUndefined();

describe('a runner', () => {
  it('works again for the same project', async () => {
    const pool = open();
    expect((await use(pool, 'a')).pid).toBe((await use(pool, 'a')).pid);
  });

  it('never works for another project, even when no other is free', async () => {
    const pool = open({ size: 1 });
    const first = await use(pool, 'a');
    const second = await use(pool, 'b');
    expect(second.pid).not.toBe(first.pid);
    expect(first.alive).toBe(false);
    await isGone(first.pid);
  });

  it('is killed after a breach', async () => {
    const pool = open();
    const first = await use(pool, 'a', false);
    await isGone(first.pid);
    expect((await use(pool, 'a')).pid).not.toBe(first.pid);
  });

  it('that is given back twice leaves one place', async () => {
    const pool = open({ size: 1, maxQueued: 0 });
    const { release } = await pool.checkout('a');
    release(false);
    release(false);
    const next = await pool.checkout('a');
    await expect(pool.checkout('a')).rejects.toMatchObject({ code: 'SANDBOX_BUSY' });
    next.release(true);
  });

  it('ends after so many tasks', async () => {
    const pool = open();
    const pids = [];
    for (let task = 0; task < 4; task += 1) pids.push((await use(pool, 'a')).pid);
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
    await isGone(pids[0]!);
  });

  it('ends when nobody needs it', async () => {
    const pool = open({ maxIdleMs: 10 });
    await isGone((await use(pool, 'a')).pid);
  });

  it('that died while it waited is not given to anybody', async () => {
    const pool = open();
    const first = await use(pool, 'a');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const next = await use(pool, 'a');
    expect(next.pid).not.toBe(first.pid);
    expect(next.alive).toBe(true);
  });
});

describe('the pool', () => {
  it('keeps runners ready once it is warm, and refills', async () => {
    const pool = open({ ready: 1, size: 3 });
    await pool.warmUp();
    const { runner, release } = await pool.checkout('a');
    const other = await pool.checkout('b');
    expect(other.runner.pid).not.toBe(runner.pid);
    release(true);
    other.release(true);
  });

  it('never has more runners than its size; the others wait in line', async () => {
    const pool = open();
    const held = await Promise.all([pool.checkout('a'), pool.checkout('b')]);
    const order: string[] = [];
    const waiting = ['c', 'a'].map(async (key) => {
      const checkout = await pool.checkout(key);
      order.push(key);
      return checkout;
    });
    await expect(pool.checkout('d')).rejects.toMatchObject({ code: 'SANDBOX_BUSY' });
    expect(order).toEqual([]);
    held[0].release(true);
    const third = await waiting[0]!;
    expect(order).toEqual(['c']);
    expect(third.runner.pid).not.toBe(held[0].runner.pid);
    held[1].release(true);
    third.release(true);
    (await waiting[1]!).release(true);
  });

  it('lets a task leave the line', async () => {
    const pool = open({ size: 1 });
    const held = await pool.checkout('a');
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const left = pool.checkout('b', controller.signal);
    const after = pool.checkout('c');
    controller.abort(reason);
    await expect(left).rejects.toBe(reason);
    held.release(true);
    (await after).release(true);
  });

  it('works on after runners that could not start', async () => {
    const broken = { ...options.program, args: () => ['--no-such-flag'] };
    const pool = open({ program: broken });
    for (let turn = 0; turn < 4; turn += 1) {
      await expect(pool.checkout('a')).rejects.toMatchObject({ code: 'SANDBOX_RUNNER_LOST' });
    }
  });

  it('leaves no process when it closes, not even one that starts', async () => {
    const pool = open({ size: 3 });
    const idle = await use(pool, 'a');
    const busy = await pool.checkout('b');
    const starting = pool.checkout('c').then(
      (checkout: Checkout) => checkout.runner.pid,
      (error: { code: string }) => error.code,
    );
    await pool.close();
    expect(await starting).toBe('SANDBOX_CLOSED');
    for (const { pid } of [idle, busy.runner]) expect(readTreeUsage(pid)).toBeUndefined();
    await expect(pool.checkout('a')).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' });
  });
});

it('a task that runs when its engine closes ends at once', async () => {
  const engine = createPooledEngine({
    ...options,
    languages: ['javascript'],
    reuse: 'project',
    isolation: 'optional',
  });
  opened.push(engine);
  const done = { type: 'done', task: '%TASK%', output: '1', usage: { cpuMs: 0, peakMemoryBytes: 0 } };
  expect(await readOutput(engine, createTask(JSON.stringify([{ send: done }])))).toBe(1);
  const error = readError(engine, createTask('[]'));
  const line = { type: 'console', task: '%TASK%', level: 'info', text: 'on' };
  const working = new Promise<void>((resolve) => {
    void readError(engine, createTask(JSON.stringify([{ send: line }])), {
      onConsole: () => resolve(),
    }).catch(resolve);
  });
  await working;
  await engine.close();
  expect((await error).code).toBe('SANDBOX_CLOSED');
});

it('an engine that needs the jail is not available without it, and says why', async () => {
  const engine = createPooledEngine({
    ...options,
    languages: ['javascript'],
    reuse: 'never',
    isolation: 'required',
  });
  opened.push(engine);
  expect(await engine.availability()).toEqual({ available: false, reason: expect.stringContaining('jail') });
  expect((await readError(engine, createTask('[]'))).code).toBe('SANDBOX_UNAVAILABLE');
});
