/** The mixed workflows of the storm. Each run makes calls 1 to `calls`, which the counting server remembers. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { createCall, createChain, createCodedChain } from '../call-workflows.ts';

export interface StormWorkflow {
  name: string;
  calls: number;
  /** Calls come one after the other, each with the token of the one before. */
  ordered: boolean;
  define(url: string, ids: ReadonlyMap<string, string>): WorkflowDefinitionInput;
}

const retry = { retry: { maxAttempts: 4, delayMs: 200, maxDelayMs: 2_000 } };

/** Later ones may call those before them. */
export const stormWorkflows: readonly StormWorkflow[] = [
  { name: 'chain', calls: 3, ordered: true, define: (url) => createChain(listCalls(url, 3)) },
  {
    name: 'waits',
    calls: 2,
    ordered: true,
    define: (url) =>
      createChain([
        createCall(url, 1, retry),
        { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: 3, unit: 'seconds' } },
        createCall(url, 2, retry),
      ]),
  },
  { name: 'coded', calls: 3, ordered: true, define: (url) => createCodedChain(url, 3) },
  { name: 'each', calls: 4, ordered: false, define: (url) => createFanOut(url, 4) },
  {
    name: 'called',
    calls: 2,
    ordered: true,
    define(url) {
      const chain = createChain(listCalls(url, 2));
      return {
        ...chain,
        nodes: chain.nodes.map((node) =>
          node.id === 'start' ? { ...node, type: 'parent-trigger', parameters: {} } : node,
        ),
      };
    },
  },
  {
    name: 'calls',
    calls: 2,
    ordered: true,
    define: (_url, ids) =>
      createChain([
        {
          id: 'child',
          name: 'Child',
          type: 'sub-workflow',
          parameters: { workflowId: ids.get('called')!, awaitResult: true },
        },
      ]),
  },
];

/** Those that are started from outside. */
export const startedWorkflows = stormWorkflows.filter(({ name }) => name !== 'called');

function listCalls(url: string, count: number) {
  return Array.from({ length: count }, (_, index) => createCall(url, index + 1, retry));
}

/** One item per call, two at the same time. */
function createFanOut(url: string, count: number): WorkflowDefinitionInput {
  const steps = Array.from({ length: count }, (_, index) => index + 1);
  const call = createCall(url, 0, retry);
  return {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      {
        id: 'items',
        name: 'Items',
        type: 'set-fields',
        parameters: { fields: [{ name: 'steps', value: steps }] },
      },
      {
        id: 'split',
        name: 'Split',
        type: 'split-out',
        parameters: { fields: [{ field: 'steps' }], include: 'all' },
      },
      { id: 'each', name: 'Each', type: 'for-each', parameters: { concurrency: 2 } },
      {
        ...call,
        id: 'call',
        parameters: {
          ...call.parameters,
          url: `${url}/calls/each`,
          jsonBody: { run: '{{ $json.run }}', step: '{{ $json.steps }}' },
        },
      },
    ],
    edges: [
      { from: 'start', to: 'items' },
      { from: 'items', to: 'split' },
      { from: 'split', to: 'each' },
      { from: 'each', fromPort: 'item', to: 'call' },
      { from: 'call', to: 'each' },
    ],
  };
}
