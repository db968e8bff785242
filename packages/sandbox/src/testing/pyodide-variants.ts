import { createPythonEngine, type PythonEngineOptions } from '../python/python-engine.ts';
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

/** What bounds memory and time is no part of the jail: with it, all are tried. */
const fewLimitCases = ['an endless loop, by the clock', 'a gigabyte in one buffer', 'ten million lines'];

const optedIn: PythonEngineOptions = { runtime: 'pyodide', withoutJail: 'allow', ready: 0, size: 3 };

/**
 * Pyodide as an operator without bubblewrap has it who opted in, and in the jail where this machine has one. Says so
 * when the package, or the jail, is missing.
 */
export async function pyodideVariants(): Promise<EngineUnderTest[]> {
  const probe = createPythonEngine(optedIn);
  const state = await probe.availability();
  await probe.close();
  if (!state.available) {
    console.log(`Pyodide: skipped. ${state.reason}`);
    return [];
  }
  const hasJail = state.jail === 'bubblewrap';
  const bare: EngineUnderTest = {
    name: 'Pyodide without the jail',
    language: 'python',
    deterministic: false,
    open: () => createPythonEngine({ ...optedIn, jail: 'never' }),
  };
  if (hasJail) {
    const open = () => createPythonEngine({ ...optedIn, withoutJail: 'refuse' });
    return [
      { ...bare, limitCases: fewLimitCases, short: true },
      { ...bare, name: 'Pyodide in the jail', limitCases, open },
    ];
  }
  console.log('Pyodide in the jail: skipped, this machine has no working bubblewrap');
  return [{ ...bare, limitCases }];
}

/** The same engine for all the suites of a file: to make an interpreter takes seconds, to copy it does not. */
export function shareEngine(under: EngineUnderTest): EngineUnderTest & { close(): Promise<void> } {
  const engine = under.open();
  return { ...under, open: () => ({ ...engine, close: async () => {} }), close: () => engine.close() };
}
