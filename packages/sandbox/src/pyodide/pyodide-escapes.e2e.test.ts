/** Pyodide, as this machine runs it, against the attempts that are its own and those of Python on the machine. */
import { describe, expect, it } from 'vitest';
import { pythonAttempts } from '../python/python-attempts.ts';
import { describeEscapes } from '../testing/escape-attempts/describe-escapes.ts';
import { pyodideVariants } from '../testing/pyodide-variant.ts';
import { pyodideAttempts } from './pyodide-attempts.ts';

/** The interpreter has files, devices and names of its own in memory: only the world can tell whether anything got out. */
const onTheMachine = pythonAttempts.map((one) => ({ ...one, detects: () => false }));

for (const { name, open } of await pyodideVariants()) {
  describeEscapes(name, open, [...pyodideAttempts, ...onTheMachine]);
}

describe('the attempts of Pyodide', () => {
  it('are enough, and each has a name of its own', () => {
    const names = pyodideAttempts.map((one) => one.name);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
  });
});
