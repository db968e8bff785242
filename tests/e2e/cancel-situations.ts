/**
 * Every situation in which an execution can be that is not over, and a workflow that gets into it. Complete by its types:
 * a new status, reason, status of a step or kind of pass of the contract does not compile before it stands here.
 */
import {
  type ExecutionStatus,
  type PassPlan,
  type QueuedCode,
  routes,
  type StepStatus,
  type WaitCode,
  type WorkflowDefinitionInput,
} from '@navette/contracts';
import { type FixtureServer, waitFor } from '@navette/testing';
import type { TestServer } from './start-server.ts';

type OpenStatus = Exclude<ExecutionStatus, 'succeeded' | 'failed' | 'cancelled'>;
type OpenStepStatus = Exclude<StepStatus, 'succeeded' | 'failed' | 'skipped' | 'cancelled'>;

/** What the API shows besides the status: the code of the reason, or what one of the steps is. */
interface Shown {
  queued: QueuedCode;
  waiting: WaitCode;
  running: OpenStepStatus;
}

/**
 * The process that has the execution; `here` is the one that is asked to cancel it. `elsewhere` is killed when the queue is
 * paused.
 */
export type Owner = 'here' | 'elsewhere' | 'frozen' | 'stopping';

/**
 * open: the queue works. paused: the queue is paused before the cancellation. full, restarted: a server with a database
 * of its own and a place for each of `restarted`, which they have, or which was killed and started again twice since.
 */
export type Setting = 'open' | 'paused' | 'full' | 'restarted';

export interface World {
  /** Where workflows are made and executions started. */
  server: TestServer;
  /** It never answers /hang, begins to answer /drip, refuses /busy for now. */
  silent: FixtureServer;
  /** What no execution must ever call. */
  afterUrl: string;
  /** Published workflows for others to call: one that waits, one that is at work. */
  waitingId: string;
  workingId: string;
}

export interface Situation {
  workflow(world: World): WorkflowDefinitionInput;
  /** By default one run with three items. Gives the id of the execution that is to be cancelled. */
  begin?(world: World, workflowId: string): Promise<string>;
  owner?: Owner;
  setting?: Setting;
  /** Only in `paused`: begun when the queue is paused already. */
  beginsPaused?: true;
  /** Only in `paused`: what happens to it then. */
  afterPause?(world: World, executionId: string): Promise<unknown>;
  /** Only of `elsewhere`, in `paused`: cancelled when it has just been killed, and nobody knows yet. */
  isUnnoticed?: true;
  /** It would end by itself: begun and cancelled after the others, alone. */
  isShort?: true;
}

const patience = { timeoutMs: 60_000 };
type NodeOf = WorkflowDefinitionInput['nodes'][number];
type Settings = NonNullable<WorkflowDefinitionInput['settings']>;

const start = { id: 'start', name: 'Start', type: 'manual-trigger' };
const node = (type: string, parameters: object = {}, settings: object = {}): NodeOf =>
  ({ id: 'step', name: 'Step', type, parameters, settings }) as NodeOf;
const request = (id: string, url: string, settings: object = {}): NodeOf => ({
  ...node('http-request', { method: 'POST', url }, settings),
  ...{ id, name: id },
});
const call = ({ silent }: World, path: string, settings: object = {}, id = 'step') =>
  request(id, `${silent.url}/${path}`, settings);
const after = ({ afterUrl }: World) => request('after', afterUrl);
const hang = (world: World, settings: object = {}) => call(world, 'hang', settings);
const wait = (amount: number, unit: string) => node('wait', { amount, unit });
const hear = (parameters: object = {}) => node('wait-for-signal', { name: 'go', ...parameters });

const portOf = ({ type }: NodeOf) => (type === 'approval' ? 'approved' : 'main');

/** Start → the node → a call that must never come. */
function around(
  world: World,
  step: NodeOf,
  { trigger = start, settings = {} }: { trigger?: NodeOf; settings?: Settings } = {},
): WorkflowDefinitionInput {
  const edges = [
    { from: 'start', to: 'step' },
    { from: 'step', fromPort: portOf(step), to: 'after' },
  ];
  return { nodes: [trigger, step, after(world)], edges, settings };
}

const loops: Readonly<
  Record<PassPlan['by'], { type: string; port: string; parameters: NodeOf['parameters'] }>
> = {
  batches: { type: 'for-each', port: 'item', parameters: { concurrency: 3 } },
  condition: {
    type: 'loop',
    port: 'loop',
    parameters: {
      mode: 'until',
      conditions: [{ left: 'a', operator: { type: 'string', operation: 'equals' }, right: 'b' }],
    },
  },
};

/** The node as the body of a loop of that kind. */
function inPasses(world: World, by: PassPlan['by'], step: NodeOf): WorkflowDefinitionInput {
  const { parameters, port, type } = loops[by];
  return {
    nodes: [start, { id: 'loop', name: 'Loop', type, parameters }, step, after(world)],
    edges: [
      { from: 'start', to: 'loop' },
      { from: 'loop', fromPort: port, to: 'step' },
      { from: 'step', fromPort: portOf(step), to: 'loop' },
      { from: 'loop', fromPort: 'done', to: 'after' },
    ] as WorkflowDefinitionInput['edges'],
  };
}

function inEveryPass(name: string, step: (world: World) => NodeOf): Record<string, Situation> {
  const kinds = Object.keys(loops) as PassPlan['by'][];
  return Object.fromEntries(
    kinds.map((by) => [
      `${name}, in passes by ${by}`,
      { workflow: (world: World) => inPasses(world, by, step(world)) },
    ]),
  );
}

export async function run({ server }: World, workflowId: string, items = 3): Promise<string> {
  const input = Array.from({ length: items }, (_, n) => ({ n }));
  const { executionId } = await server.api(routes.runWorkflow, { params: { workflowId }, body: { input } });
  return executionId;
}

/** The second run, behind the first one. */
async function runTwice(world: World, workflowId: string): Promise<string> {
  await run(world, workflowId);
  return run(world, workflowId);
}

function webhook(path: string, respond: 'immediately' | 'finished'): NodeOf {
  const parameters = { path, methods: ['POST'], respond };
  return { id: 'start', name: 'Start', type: 'webhook-trigger', parameters };
}

/** Calls the webhook that often and gives the last execution that came of it. */
const post = (path: string, times: number) => async (world: World, workflowId: string) => {
  const { server } = world;
  await server.api(routes.publishWorkflow, { params: { workflowId }, body: {} });
  // Whoever waits for the end is told of it; what it hears is no concern here.
  const call = () => fetch(`${server.url}/webhook/${path}`, { method: 'POST' }).catch(() => {});
  for (let n = 1; n < times; n++) await call();
  void call();
  return waitFor(async () => {
    const { items } = await server.api(routes.listExecutions, { query: { workflowId } });
    const [last] = items;
    return items.length === times || last?.why?.code === 'trigger-debounce' ? last!.id : undefined;
  }, patience);
};

/** The execution that undoes what one did that was refused. */
async function undo(world: World, workflowId: string): Promise<string> {
  const executionId = await run(world, workflowId, 1);
  return waitFor(async () => {
    const { items } = await world.server.api(routes.listDerivedExecutions, { params: { executionId } });
    return items.find((item) => item.mode === 'compensation')?.id;
  }, patience);
}

const asksAgain = (delayMs: number) => ({ maxAttempts: 100, backoff: 'fixed', delayMs, jitter: 0 });
const dayMs = 86_400_000;
type Cases = Readonly<Record<string, Situation>>;

export const situations: { readonly [S in OpenStatus]: Readonly<Record<Shown[S], Cases>> } = {
  queued: {
    'queued-concurrency': {
      'behind a concurrency limit': {
        workflow: (world) => around(world, hang(world), { settings: { concurrency: { limit: 1 } } }),
        begin: runTwice,
      },
    },
    'queued-rate': {
      'behind a rate limit': {
        workflow: (world) =>
          around(world, hang(world), { settings: { rateLimit: { limit: 1, intervalMs: dayMs } } }),
        begin: runTwice,
      },
    },
    'queued-worker': {
      'behind others that have every place': {
        workflow: (world) => around(world, hang(world)),
        setting: 'full',
      },
      'started while the queue is paused': {
        workflow: (world) => around(world, hang(world)),
        setting: 'paused',
        beginsPaused: true,
      },
      'woken by a signal while the queue is paused': {
        workflow: (world) => around(world, hear()),
        setting: 'paused',
        afterPause: ({ server }, executionId) =>
          server.api(routes.sendSignal, { params: { executionId, name: 'go' }, body: {} }),
      },
      'due while the queue is paused': {
        workflow: (world) => around(world, wait(4, 'seconds')),
        setting: 'paused',
      },
      'given up by a worker that was killed, while the queue is paused': {
        workflow: (world) => around(world, hang(world)),
        setting: 'paused',
        owner: 'elsewhere',
      },
    },
  },
  waiting: {
    doubt: {
      'for a person to say what became of a request': {
        workflow: (world) => around(world, hang(world, { afterCrash: 'ask' })),
        setting: 'restarted',
      },
    },
    approval: {
      'for a decision': { workflow: (world) => around(world, node('approval', { title: 'Go?' })) },
      ...inEveryPass('for a decision', () => node('approval', { title: 'Go?' })),
    },
    signal: {
      'for a signal': { workflow: (world) => around(world, hear()) },
      'for a signal under a key': { workflow: (world) => around(world, hear({ key: 'k' })) },
      ...inEveryPass('for a signal', () => hear()),
    },
    resume: {
      'for a request to its address': { workflow: (world) => around(world, node('wait-for-webhook')) },
    },
    child: {
      'for a called workflow that waits': {
        workflow: (world) => around(world, node('sub-workflow', { workflowId: world.waitingId })),
      },
      'for a called workflow that is at work': {
        workflow: (world) => around(world, node('sub-workflow', { workflowId: world.workingId })),
      },
      ...inEveryPass('for a called workflow', ({ waitingId }) =>
        node('sub-workflow', { workflowId: waitingId }),
      ),
    },
    time: {
      'for 90 days': { workflow: (world) => around(world, wait(90, 'days')) },
      ...inEveryPass('for 90 days', () => wait(90, 'days')),
    },
    'trigger-debounce': {
      'until no trigger comes any more': {
        workflow: (world) =>
          around(world, hang(world), {
            trigger: webhook('cancel-debounced', 'immediately'),
            settings: { trigger: { debounceMs: dayMs } },
          }),
        begin: post('cancel-debounced', 2),
      },
    },
    'trigger-throttle': {
      'for its turn after another trigger': {
        workflow: (world) =>
          around(world, hang(world), {
            trigger: webhook('cancel-throttled', 'immediately'),
            settings: { trigger: { throttleMs: dayMs } },
          }),
        begin: post('cancel-throttled', 2),
      },
    },
    suspect: {
      'until others have had their turn, whose workers stopped too': {
        workflow: (world) => around(world, hang(world)),
        setting: 'restarted',
      },
    },
  },
  running: {
    pending: {
      'with a branch that has not begun': {
        workflow: (world) => ({
          nodes: [start, hang(world), after(world)],
          edges: [
            { from: 'start', to: 'step' },
            { from: 'start', to: 'after' },
          ],
          settings: { executionOrder: 'sequential' },
        }),
      },
    },
    running: {
      'a request that nobody answers': { workflow: (world) => around(world, hang(world)) },
      'an answer that does not end': { workflow: (world) => around(world, call(world, 'drip')) },
      'a request with a time limit': {
        workflow: (world) => around(world, hang(world, { timeoutMs: 600_000 })),
      },
      'somebody waits for the answer': {
        workflow: (world) => around(world, hang(world), { trigger: webhook('cancel-awaited', 'finished') }),
        begin: post('cancel-awaited', 1),
      },
      'pure steps, thousands of them': {
        workflow: (world) =>
          inPasses(
            world,
            'batches',
            node('set-fields', { fields: [{ name: 'a', value: '{{ $json.n * 2 }}' }] }),
          ),
        begin: (world, workflowId) => run(world, workflowId, 10_000),
        isShort: true,
      },
      ...inEveryPass('a request that nobody answers', (world) => hang(world)),
      'a compensation': {
        workflow: (world) => ({
          nodes: [
            start,
            call(world, 'done', { compensate: ['undo'] }, 'did'),
            node('stop-with-error', { message: 'No' }),
            call(world, 'hang', {}, 'undo'),
          ],
          edges: [
            { from: 'start', to: 'did' },
            { from: 'did', to: 'step' },
          ],
        }),
        begin: undo,
      },
      'by a worker in another process': {
        workflow: (world) => around(world, hang(world)),
        owner: 'elsewhere',
      },
      'by a worker that is stopping': { workflow: (world) => around(world, hang(world)), owner: 'stopping' },
      'by a worker that is frozen': { workflow: (world) => around(world, hang(world)), owner: 'frozen' },
      'by a worker that was killed a moment ago': {
        workflow: (world) => around(world, hang(world)),
        owner: 'elsewhere',
        setting: 'paused',
        isUnnoticed: true,
      },
      'taken over twice from a worker that was killed': {
        workflow: (world) => around(world, hang(world)),
        setting: 'restarted',
      },
    },
    retrying: {
      'an attempt in an hour': {
        workflow: (world) => around(world, call(world, 'busy', { retry: asksAgain(3_600_000) })),
      },
      'an attempt every 200 ms': {
        workflow: (world) => around(world, call(world, 'busy', { retry: asksAgain(200) })),
      },
      ...inEveryPass('an attempt in an hour', (world) =>
        call(world, 'busy', { retry: asksAgain(3_600_000) }),
      ),
    },
    waiting: {
      'a short wait that is held in memory': {
        workflow: (world) => inPasses(world, 'condition', wait(1, 'seconds')),
      },
      'one branch waits, another one is at work': {
        workflow: (world) => ({
          nodes: [start, hang(world), { ...hear(), id: 'hear', name: 'Hear' }],
          edges: [
            { from: 'start', to: 'step' },
            { from: 'start', to: 'hear' },
          ],
        }),
      },
    },
  },
};
