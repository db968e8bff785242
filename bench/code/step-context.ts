import { type CodePort, type Item, parseNodeParameters } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import type { StepContext } from '@navette/node-sdk';
import { code } from '../../packages/nodes/src/code/index.ts';

type Context = Parameters<NonNullable<typeof code.execute>>[0];

/** A step of the code node without an engine around it: what is measured is the step alone. */
export function createStepContext(port: CodePort, parameters: JsonObject, items: readonly Item[]): Context {
  const parsed = parseNodeParameters(code, 'Code', parameters) as Context['parameters'];
  const context: Partial<StepContext<Context['parameters']>> = {
    parameters: parsed,
    parametersFor: () => parsed,
    node: { id: 'code', name: 'Code' },
    workflow: { id: 'wfl_bench', name: 'Benchmark', timeZone: 'UTC' },
    execution: { id: 'exe_bench', mode: 'api' },
    items,
    inputs: new Map([['main', items]]),
    code: port,
    now: () => Date.now(),
    log: () => {},
    artifacts: {
      read: () => Promise.reject(new Error('No files here')),
      write: () => Promise.reject(new Error('No files here')),
    },
  };
  return context as Context;
}
