import { createPythonEngine } from '../python/python-engine.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

/** One of each kind: all of them end their runner, and to start one takes half a second of computing. */
const limitCases = [
  'an endless loop',
  'an endless loop, by the clock',
  'a call that is never answered',
  'a gigabyte in one buffer',
  'a text that doubles',
  'ten million lines',
  'a giant result',
  'a recursion without an end',
  'too many calls at once',
];

/**
 * Pyodide, in the jail where this machine has one: a runner takes seconds to start, and what is not the jail's is the same
 * without. Says so when the package is missing.
 */
export async function pyodideVariants(): Promise<EngineUnderTest[]> {
  const open = () => createPythonEngine({ runtime: 'pyodide', withoutJail: 'allow', ready: 0, size: 3 });
  const probe = open();
  const state = await probe.availability();
  await probe.close();
  if (!state.available) {
    console.log(`Pyodide: skipped. ${state.reason}`);
    return [];
  }
  const place = state.jail === 'bubblewrap' ? 'in the jail' : 'without the jail';
  return [{ name: `Pyodide ${place}`, language: 'python', deterministic: false, limitCases, open }];
}

/** The same engine for all the suites of a file: to make an interpreter takes seconds, to copy it does not. */
export function shareEngine(under: EngineUnderTest): EngineUnderTest & { close(): Promise<void> } {
  const engine = under.open();
  return { ...under, open: () => ({ ...engine, close: async () => {} }), close: () => engine.close() };
}
