/** Runners before their first task, and after the end of one. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '@navette/testing';
import { afterAll, describe, expect, it } from 'vitest';
import type { CodeHost, HostAnswer } from '../port.ts';
import { readError, readOutput } from '../testing/engine-under-test.ts';
import { call, done, failed, hostile, openHostileEngine, task, threw } from '../testing/hostile-engine.ts';
import type { HostileAct } from '../testing/hostile-main.fixture.ts';

const engine = openHostileEngine();
afterAll(() => engine.close());

describe('a runner', () => {
  it('that speaks before it is ready is not taken', async () => {
    const early = openHostileEngine('testing/early-main.fixture.ts');
    expect((await readError(early, hostile([]))).code).toBe('SANDBOX_PROTOCOL');
    await early.close();
  });

  it('has no environment, no folder of ours and no input, without the jail as well', async () => {
    const surroundings = { folder: '/', environment: [], input: false };
    expect(await readOutput(engine, hostile([{ tell: 'surroundings' }]))).toEqual(surroundings);
  });
});

describe('a runner that has ended its task', () => {
  const exceeded = { code: 'SANDBOX_CPU_LIMIT', limit: 'cpuMs', used: 1 };
  const readPid = (project: string) => readOutput(engine, hostile([{ tell: 'pid' }], undefined, project));
  const end = (project: string, acts: readonly HostileAct[], host?: CodeHost) =>
    engine.run(hostile(acts, undefined, project), host).catch(() => {});

  it.each([
    ['a result', done],
    ['a failure of the code', failed(threw)],
  ])('by %s works on', async (name, message) => {
    const pid = await readPid(name);
    await end(name, [{ send: message }]);
    expect(await readPid(name)).toBe(pid);
  });

  it.each([
    ['a result, and says that it is spent', { ...done, spent: true }],
    ['a failure, and says that it is spent', { ...failed(threw), spent: true }],
    ['a limit, by its own word', failed(exceeded)],
    ['what it must not say', { ...done, admin: true }],
  ])('by %s is ended, and another takes its place', async (name, message) => {
    const pid = await readPid(name);
    await end(name, [{ send: message }]);
    await waitFor(() => !isAlive(Number(pid)), { what: 'the runner to be gone' });
    expect(await readPid(name)).not.toBe(pid);
  });

  it.each([
    ['speaks on', { send: done }],
    // Shorter than what it may say while it has a task.
    ['begins a frame of 70,000 bytes', { bytes: '00011170' }],
  ])('and %s is ended, although nobody waits for it', async (name, act) => {
    const pid = await readPid(name);
    await end(name, [{ send: done }, act]);
    await waitFor(() => !isAlive(Number(pid)), { what: 'the runner to be gone' });
    expect(await readPid(name)).not.toBe(pid);
  });

  it('in place of letting go of it is ended', async () => {
    const pid = await readPid('drop');
    const controller = new AbortController();
    const acts: HostileAct[] = [
      { onDrop: done },
      { send: { type: 'console', task, level: 'info', text: 'on' } },
    ];
    const run = engine.run(hostile(acts, undefined, 'drop'), {
      signal: controller.signal,
      onConsole: () => controller.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    await waitFor(() => !isAlive(Number(pid)), { what: 'the runner to be gone' });
    expect(await readPid('drop')).not.toBe(pid);
  });

  it('hears no answer that comes after it', async () => {
    const late = Promise.withResolvers<HostAnswer>();
    const asked = Promise.withResolvers<void>();
    const onCall = () => {
      asked.resolve();
      return late.promise;
    };
    const pid = await readOutput(engine, hostile([{ send: call }, { tell: 'pid' }], undefined, 'late'), {
      onCall,
    });
    await asked.promise;
    late.resolve({ output: '1' });
    await nextTurn();
    expect(await readPid('late')).toBe(pid);
  });

  it('because the host would not take a line of its console is ended', async () => {
    const pid = await readPid('listener');
    const refusal = new Error('no more lines');
    const line = { type: 'console', task, level: 'info', text: 'on' };
    const run = engine.run(hostile([{ send: line }], undefined, 'listener'), {
      onConsole: () => {
        throw refusal;
      },
    });
    await expect(run).rejects.toBe(refusal);
    expect(await readPid('listener')).not.toBe(pid);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
