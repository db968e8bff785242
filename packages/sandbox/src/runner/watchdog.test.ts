/** The limits that are held from outside, against processes that know nothing of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { NavetteError } from '@navette/kit';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultPolicy } from '../policy/policy.ts';
import type { CodeLimits } from '../port.ts';
import { type Watch, watchTask } from './watchdog.ts';

const children: ChildProcess[] = [];
const watches: Watch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.stop();
  for (const { pid, exitCode, signalCode } of children.splice(0)) {
    if (exitCode === null && signalCode === null) process.kill(-pid!, 'SIGKILL');
  }
});

/** A Node that does what it is told when it is told to go on. */
async function openProgram(source: string) {
  const whole = `process.stdin.once('data', () => { ${source} }); setInterval(() => {}, 60_000); console.log('ready')`;
  const child = spawn(process.execPath, ['-e', whole], { detached: true, env: {} });
  children.push(child);
  await once(child.stdout, 'data');
  return { pid: child.pid!, goOn: () => child.stdin.write('go\n') };
}

/** Resolves with the limit that the program breaks. */
async function watchProgram(source: string, limits: Partial<CodeLimits>, baseMemoryBytes = 256 * 1024 ** 2) {
  const { goOn, pid } = await openProgram(source);
  const breach = Promise.withResolvers<NavetteError>();
  watches.push(
    watchTask({
      pid,
      limits: { ...defaultPolicy.defaults.limits, wallMs: 60_000, cpuMs: 60_000, ...limits },
      baseMemoryBytes,
      onBreach: breach.resolve,
    }),
  );
  goOn();
  return breach.promise;
}

describe.runIf(existsSync('/proc/self/stat'))('a task that is watched', () => {
  test.each([
    ['takes its time', '', { wallMs: 100 }, 'SANDBOX_WALL_LIMIT'],
    ['computes', 'for (;;) {}', { cpuMs: 100 }, 'SANDBOX_CPU_LIMIT'],
    [
      'fills memory',
      'globalThis.kept = Buffer.alloc(600 * 1024 ** 2, 1)',
      { memoryBytes: 64 * 1024 ** 2 },
      'SANDBOX_MEMORY_LIMIT',
    ],
    [
      'has memory given to it that it does not touch',
      'globalThis.kept = new ArrayBuffer(1024 ** 3)',
      { memoryBytes: 64 * 1024 ** 2 },
      'SANDBOX_MEMORY_LIMIT',
    ],
    [
      'starts processes',
      "for (let n = 0; n < 3; n++) require('child_process').spawn('/bin/sleep', ['60'])",
      { processes: 2, memoryBytes: 4 * 1024 ** 3 },
      'SANDBOX_PROCESS_LIMIT',
    ],
  ])('and %s is told of', async (_name, source, limits, code) => {
    expect(await watchProgram(source, limits)).toMatchObject({ code });
  });
});
