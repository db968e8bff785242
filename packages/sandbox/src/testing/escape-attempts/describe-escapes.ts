import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeEngine } from '../../port.ts';
import { createTask, readOutput } from '../engine-under-test.ts';
import type { EscapeAttempt } from './escape-attempt.ts';
import { EscapeWorld } from './escape-world.ts';

/** Runs every attempt in one engine, and after each sees that nothing of it is left for the next task. */
export function describeEscapes(
  name: string,
  open: () => CodeEngine,
  attempts: readonly EscapeAttempt[],
): void {
  describe(`escapes from ${name}`, () => {
    let engine: CodeEngine;
    let world: EscapeWorld;
    beforeAll(async () => {
      engine = open();
      world = await EscapeWorld.open();
    });
    afterAll(async () => {
      await engine.close();
      await world.close();
    });

    it.each(attempts)('$class: $name', async (attempt) => {
      expect(await world.listBreaches(engine, attempt)).toEqual([]);
      expect(
        await readOutput(engine, createTask(probe[attempt.language], { language: attempt.language })),
      ).toBe('clean');
    });
  });
}

const javascript =
  'return globalThis.escaped === undefined && ({}).polluted === undefined && [].polluted === undefined ? "clean" : "dirty"';

const probe = {
  javascript,
  typescript: javascript,
  python: 'import builtins\nreturn "dirty" if hasattr(builtins, "escaped") else "clean"',
};
