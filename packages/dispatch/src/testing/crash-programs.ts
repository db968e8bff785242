/**
 * Workflows that together pass every crash point (crash-points.ts), one after the other. `e1`, `e2` … are effects, which
 * write down that they were called.
 */
import type { WorkflowDefinitionInput } from '@navette/contracts';

/** What somebody outside does while it runs; always the same when it is done again. */
export type Outside = 'signal' | 'cancel' | 'drain' | 'rerun' | 'answer';

export interface CrashProgram {
  name: string;
  definition: WorkflowDefinitionInput;
  outside?: Outside;
  /** Points at which a process dies in it although one has died there in a program before. */
  again?: readonly string[];
}

type NodeOf = string | { type: string; parameters?: object; settings?: object };

/** `edges`: "a>b, a.port>b, a!>b", the last from the error port. */
function define(
  nodes: Record<string, NodeOf>,
  edges: string,
  settings: object = {},
): WorkflowDefinitionInput {
  return {
    nodes: Object.entries(nodes).map(([id, node]) => ({
      id,
      name: id,
      ...(typeof node === 'string' ? { type: node } : node),
    })),
    edges: edges.split(',').map((text) => {
      const [, from, port, bang, to] = /^(\w+)(?:\.(\w+))?(!)?>(\w+)$/.exec(text.trim())!;
      return { from: from!, to: to!, ...(bang ? { fromPort: 'error' } : port ? { fromPort: port } : {}) };
    }),
    settings,
  } as WorkflowDefinitionInput;
}

const start = 'start';
const fatal = { type: 'effect', parameters: { fail: 'always' } };
const hear = { type: 'hear', parameters: { key: 'k' } };

/** `idOf`: the ids of the workflows that others name, `called` and `mended`. */
export function listCrashPrograms(idOf: (name: string) => string): CrashProgram[] {
  const retry = { maxAttempts: 3, delayMs: 50, jitter: 0, backoff: 'fixed' };
  const call = { type: 'call', parameters: { workflowId: idOf('called') } };
  const callWaiting = { type: 'call', parameters: { workflowId: idOf('waiting') } };
  return [
    {
      name: 'chain',
      definition: define(
        { start, e1: { type: 'effect', settings: { onError: 'error-port' } }, e2: 'effect', e3: 'effect' },
        'start>e1, e1>e2, e1!>e3',
      ),
    },
    {
      name: 'failing items',
      definition: define(
        {
          start,
          e1: { type: 'effect', parameters: { fail: 'first' }, settings: { retry } },
          e2: { type: 'effect', parameters: { fail: 'second item' }, settings: { onError: 'continue' } },
        },
        'start>e1, e1>e2',
      ),
    },
    {
      name: 'passes',
      definition: define(
        { start, each: 'each', e1: 'effect', e2: 'effect' },
        'start>each, each.item>e1, e1>each, each.done>e2',
      ),
    },
    {
      name: 'signal',
      definition: define({ start, hear, e1: 'effect' }, 'start>hear, hear>e1'),
      outside: 'signal',
    },
    {
      name: 'nobody signals',
      definition: define(
        { start, hear: { type: 'hear', parameters: { timeoutMs: 300 } }, e1: 'effect' },
        'start>hear, hear.timeout>e1',
      ),
    },
    {
      name: 'in doubt',
      definition: define(
        { start, e1: { type: 'effect', settings: { afterCrash: 'ask' } }, e2: 'effect' },
        'start>e1, e1>e2',
      ),
      outside: 'answer',
      again: ['record step-started', 'record item-completed'],
    },
    {
      // Too long for it to be held in memory.
      name: 'parked',
      definition: define(
        { start, wait: { type: 'nap', parameters: { ms: 2_200 } }, e1: 'effect' },
        'start>wait, wait>e1',
      ),
    },
    { name: 'call', definition: define({ start, call, e1: 'effect' }, 'start>call, call>e1') },
    {
      name: 'withdrawn',
      definition: define(
        {
          start,
          ask: 'ask',
          call: callWaiting,
          wait: { type: 'nap', parameters: { ms: 200 } },
          e1: fatal,
        },
        'start>ask, start>call, start>wait, wait>e1',
      ),
    },
    {
      name: 'cancelled',
      definition: define({ start, e1: 'effect', hang: 'hang' }, 'start>e1, e1>hang'),
      outside: 'cancel',
    },
    {
      name: 'undone',
      definition: define(
        { start, e1: { type: 'effect', settings: { compensate: ['e3'] } }, e2: fatal, e3: 'effect' },
        'start>e1, e1>e2',
        { errorWorkflow: idOf('mended') },
      ),
    },
    {
      name: 'drained',
      definition: define(
        { start, e1: 'effect', e2: { type: 'effect', parameters: { tookMs: 300 } }, e3: 'effect' },
        'start>e1, e1>e2, e2>e3',
      ),
      outside: 'drain',
    },
    {
      name: 'rerun',
      definition: define({ start, e1: 'effect', e2: 'effect' }, 'start>e1, e1>e2'),
      outside: 'rerun',
    },
  ];
}

/** Those that are called by others. */
export const calledPrograms: readonly CrashProgram[] = [
  { name: 'called', definition: define({ in: 'called', e9: 'effect' }, 'in>e9') },
  { name: 'waiting', definition: define({ in: 'called', hear, e9: 'effect' }, 'in>hear, hear>e9') },
  { name: 'mended', definition: define({ in: 'mended', e9: 'effect' }, 'in>e9') },
];
