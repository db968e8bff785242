import type { WorkflowDefinitionInput } from '@navette/contracts';

const fibonacci = 'function fibonacci(n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }';

export interface Chain {
  path: string;
  engine: 'quickjs' | 'v8';
  steps: number;
  /** Each step computes this fibonacci number. */
  n: number;
}

/** A webhook that answers when a chain of code steps has ended. */
export function createChain({ engine, n, path, steps }: Chain): WorkflowDefinitionInput {
  const names = Array.from({ length: steps }, (_, index) => `code-${index + 1}`);
  return {
    nodes: [
      { id: 'hook', name: 'hook', type: 'webhook-trigger', parameters: { path, respond: 'finished' } },
      ...names.map((name) => ({
        id: name,
        name,
        type: 'code',
        parameters: { engine, source: `${fibonacci}\nreturn { value: fibonacci(${n}) };` },
      })),
    ],
    edges: names.map((name, index) => ({ from: index === 0 ? 'hook' : names[index - 1]!, to: name })),
  };
}

/** The same work in this process. */
export function computeFibonacci(n: number): number {
  return n < 2 ? n : computeFibonacci(n - 1) + computeFibonacci(n - 2);
}
