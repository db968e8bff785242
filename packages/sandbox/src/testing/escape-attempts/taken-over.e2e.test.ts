/**
 * The attempts on the machine, from a runner that was taken over: with the jail none succeeds; with Node's permission
 * model alone files and processes are safe; with neither, the same attempts succeed, so that the detectors are known to
 * see.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine } from '../../port.ts';
import { describeEscapes } from './describe-escapes.ts';
import type { EscapeClass } from './escape-attempt.ts';
import { EscapeWorld } from './escape-world.ts';
import { machineAttempts } from './machine-attempts.ts';
import { createTakenOverEngine } from './taken-over-engine.ts';

const probe = createTakenOverEngine('jail');
const state = await probe.availability();
await probe.close();

if (state.available) {
  describeEscapes(
    'a runner that was taken over, in the jail',
    () => createTakenOverEngine('jail'),
    machineAttempts,
  );
} else {
  console.log(`A runner that was taken over, in the jail: skipped. ${state.reason}`);
}

const heldByPermissions: readonly EscapeClass[] = ['files', 'processes', 'symlinks'];
describeEscapes(
  'a runner that was taken over, with the permission model alone',
  () => createTakenOverEngine('permission-model'),
  machineAttempts.filter((one) => heldByPermissions.includes(one.class)),
);

describe('the detectors', () => {
  let engine: CodeEngine;
  let world: EscapeWorld;
  beforeAll(async () => {
    engine = createTakenOverEngine('none');
    world = await EscapeWorld.open();
  });
  afterAll(async () => {
    await engine.close();
    await world.close();
  });

  it.each([
    ['reads the canary file', /canary file/],
    ['writes a marker', /it wrote/],
    ["reads the machine's accounts and keys", /accounts/],
    ['starts a program', /it wrote|its words/],
    ['connects to the host', /server/],
    ['connects to a Unix socket of the host', /server/],
    ['a link of /proc leads out', /canary file/],
    ['signals the host', /signal/],
    ['sees users, paths and arguments of the host', /folders/],
  ])('see that without walls one "%s"', async (name, breach) => {
    const attempt = machineAttempts.find((one) => one.name === name)!;
    // The watchdog is a wall too.
    const breaches = await world.listBreaches(engine, attempt, { processes: 50 });
    expect(breaches.join('\n')).toMatch(breach);
  });
});
