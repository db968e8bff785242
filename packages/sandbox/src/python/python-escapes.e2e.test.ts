/** Python in the jail against attempts that have the whole interpreter; without it, to show that the detectors see. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine } from '../port.ts';
import { describeEscapes } from '../testing/escape-attempts/describe-escapes.ts';
import { EscapeWorld } from '../testing/escape-attempts/escape-world.ts';
import { pythonVariants } from '../testing/python-variants.ts';
import { pythonAttempts } from './python-attempts.ts';

const variants = await pythonVariants();
for (const { name, open } of variants.filter((one) => one.name.endsWith('in the jail'))) {
  describeEscapes(name, open, pythonAttempts);
}

describe('the attempts of Python', () => {
  it('are enough, and each has a name of its own', () => {
    const names = pythonAttempts.map((one) => one.name);
    expect(names.length).toBeGreaterThanOrEqual(30);
    expect(new Set(names).size).toBe(names.length);
  });
});

const bare = variants.find((one) => one.name.endsWith('without the jail'));
describe.skipIf(!bare)('the detectors, where Python has no jail', () => {
  let engine: CodeEngine;
  let world: EscapeWorld;
  beforeAll(async () => {
    engine = bare!.open();
    world = await EscapeWorld.open();
  });
  afterAll(async () => {
    await engine?.close();
    await world?.close();
  });

  it.each([
    ['reads the canary in every way of the library', /canary file/],
    ['reads the canary below the library', /canary file/],
    ['reads what /proc tells', /canary variable|its words/],
    ['connects to the host', /server/],
    ['connects to sockets of the host', /server/],
    ['signals the host', /signal/],
    ['links and dots lead out', /canary file/],
    ['replaces itself by an interpreter without hooks', /it wrote|its words/],
  ])('see one that "%s"', async (name, breach) => {
    const attempt = pythonAttempts.find((one) => one.name === name)!;
    expect((await world.listBreaches(engine, attempt)).join('\n')).toMatch(breach);
  });
});
