/**
 * V8 against every attempt on languages and machines, and against those of its own. The jail is what must hold; that
 * the realm holds too, without it, is the second wall.
 */
import { describe, expect, it } from 'vitest';
import { describeEscapes } from '../testing/escape-attempts/describe-escapes.ts';
import { languageAttempts } from '../testing/escape-attempts/language-attempts.ts';
import { machineAttempts } from '../testing/escape-attempts/machine-attempts.ts';
import { createTakenOverEngine } from '../testing/escape-attempts/taken-over-engine.ts';
import { v8Variants } from '../testing/v8-variants.ts';
import { nodeAttempts, realmAttempts } from './v8-attempts.ts';

for (const { name, open } of await v8Variants()) {
  describeEscapes(name, open, [...languageAttempts, ...machineAttempts, ...realmAttempts]);
}

const probe = createTakenOverEngine('jail');
const state = await probe.availability();
await probe.close();
if (state.available) {
  describeEscapes(
    'a Node that was taken over, in the jail',
    () => createTakenOverEngine('jail'),
    nodeAttempts,
  );
} else {
  console.log(`A Node that was taken over, in the jail: skipped. ${state.reason}`);
}

describe('the attempts of V8', () => {
  it('are enough, and each has a name of its own', () => {
    const names = [...realmAttempts, ...nodeAttempts].map((one) => one.name);
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
  });
});
