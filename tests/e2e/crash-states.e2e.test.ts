/** Kills and stops at the moments that are particular: waits, retries, acceptance, repeated requests, cancellation. */
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { checkCalls } from '../chaos/call-checks.ts';
import { createCall, createCallChain, createChain } from '../chaos/call-workflows.ts';
import type { Answer, Call } from '../chaos/counting-server.ts';
import { checkJournal } from '../chaos/journal-checks.ts';
import { openStage, type Stage } from '../chaos/open-stage.ts';
import { openStoreReader } from '../chaos/stored-rows.ts';

let stage: Stage;
/** How the calls of a run are answered; at once where nothing is said. */
const answers = new Map<string, (call: Call, calls: readonly Call[]) => Answer>();
/** Executions whose journals were looked at after an earlier test. */
const checked = new Set<string>();

beforeAll(async () => {
  stage = await openStage({ answer: (call, calls) => answers.get(call.run)?.(call, calls) });
});

afterAll(() => stage.close());

afterEach(async () => {
  answers.clear();
  await using reader = await openStoreReader(stage.server.dataDir);
  const histories = (await reader.loadHistories()).filter(({ execution }) => !checked.has(execution.id));
  for (const { execution } of histories) checked.add(execution.id);
  const problems = histories.flatMap(({ execution, chunks }) => checkJournal(execution, chunks));
  expect(problems).toEqual([]);
});

const stepsOf = (run: string) => stage.counting.callsOf(run).map((call) => call.step);

async function killAndStart(): Promise<void> {
  await stage.server.kill();
  await stage.server.start();
}

/** Call 1 → wait → call 2. */
function createWaiting(url: string, seconds: number): WorkflowDefinitionInput {
  const wait = {
    id: 'wait',
    name: 'Wait',
    type: 'wait',
    parameters: { mode: 'interval', amount: seconds, unit: 'seconds' },
  };
  const chain = createChain([createCall(url, 1), wait, createCall(url, 2)]);
  return chain;
}

test.each([
  ['held in memory', 1, 'running'],
  ['parked in the store', 4, 'waiting'],
])('a wait %s outlives the kill and ends once', async (_name, seconds, status) => {
  const { api, counting } = stage;
  const run = `wait-${seconds}`;
  const workflowId = await stage.createWorkflow(run, (url) => createWaiting(url, seconds));
  const id = await api.run(workflowId, { run });
  await counting.waitForAnswer(run, 1);
  const waiting = await waitFor(async () => {
    const execution = await api.getExecution(id);
    return execution.steps.some((step) => step.path === 'wait' && step.status === 'waiting') && execution;
  });
  if (status === 'waiting') await api.waitForStatus(id, ['waiting']);
  const wakeAt = waiting.steps.find((step) => step.path === 'wait')!.wakeAt;
  await killAndStart();
  const ended = await api.waitForEnd(id);
  expect(ended.status).toBe('succeeded');
  expect(stepsOf(run)).toEqual([1, 2]);
  expect(checkCalls(run, counting.callsOf(run), { steps: 2 })).toEqual([]);
  // The kill did not restart the clock: the wait ended when it was due from the beginning.
  const step = ended.steps.find((one) => one.path === 'wait')!;
  expect(Date.parse(step.finishedAt!)).toBeGreaterThanOrEqual(Date.parse(wakeAt!));
  expect(Date.parse(step.startedAt!)).toBeLessThanOrEqual(Date.parse(wakeAt!) - seconds * 1_000 + 500);
});

test('attempts go on counting over kills between retries', async () => {
  const { api, counting, server } = stage;
  const run = 'retries';
  answers.set(run, () => ({ status: 503 }));
  const settings = { retry: { maxAttempts: 4, backoff: 'fixed' as const, delayMs: 700, jitter: 0 } };
  const workflowId = await stage.createWorkflow(run, (url) => createChain([createCall(url, 1, settings)]));
  const id = await api.run(workflowId, { run });
  for (const attempt of [1, 2]) {
    await waitFor(async () => {
      const [step] = (await api.getExecution(id)).steps.filter((one) => one.path === 'call-1');
      return step?.status === 'retrying' && step.attempts === attempt;
    });
    await killAndStart();
  }
  const ended = await api.waitForEnd(id);
  expect(ended.status).toBe('failed');
  expect(ended.steps.find((step) => step.path === 'call-1')!.attempts).toBe(4);
  expect(stepsOf(run)).toEqual([1, 1, 1, 1]);
  expect(new Set(counting.callsOf(run).map((call) => call.key)).size).toBe(1);
  expect(server.output).not.toContain('broke the engine');
});

test('what was accepted with 202 right before a kill is finished', async () => {
  const { api, counting } = stage;
  const workflowId = await stage.createWorkflow('accepted', (url) => createCallChain(url, 2));
  const runs = Array.from({ length: 20 }, (_, index) => `accepted-${index}`);
  const ids: string[] = [];
  // All at once, killed at the first answer: the others may or may not have been accepted.
  const answered = runs.map((run) => api.run(workflowId, { run }).then((id) => ids.push(id)));
  await Promise.any(answered);
  await stage.server.kill();
  await Promise.allSettled(answered);
  await stage.server.start();
  expect(ids.length).toBeGreaterThanOrEqual(1);
  for (const id of ids) expect((await api.waitForEnd(id)).status).toBe('succeeded');
  const stored = await api.listExecutions(workflowId);
  for (const { id } of stored) await api.waitForEnd(id);
  expect(stored.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  const called = new Set(
    counting.calls.filter((call) => call.run.startsWith('accepted-')).map((call) => call.run),
  );
  expect(called.size).toBe(stored.length);
});

test('a start that is repeated with its key after a kill is one execution', async () => {
  const { api, counting } = stage;
  const workflowId = await stage.createWorkflow('repeated start', (url) => createCallChain(url, 3));
  const key = 'start-once';
  const first = api.run(workflowId, { run: 'repeated' }, { key }).catch(() => undefined);
  await Promise.race([first, counting.waitForCall('repeated', 1)]);
  await killAndStart();
  const heard = await first;
  const id = await api.run(workflowId, { run: 'repeated' }, { key });
  if (heard !== undefined) expect(id).toBe(heard);
  expect((await api.waitForEnd(id)).status).toBe('succeeded');
  expect(await api.listExecutions(workflowId)).toHaveLength(1);
  expect(checkCalls('repeated', counting.callsOf('repeated'), { steps: 3 })).toEqual([]);
});

test('a webhook that is repeated with its key after a kill is one execution', async () => {
  const { api, counting, server } = stage;
  const run = 'hook';
  const workflowId = await stage.createWorkflow('webhook', (url) => createHook(url));
  const post = async () => {
    const response = await fetch(`${server.url}/webhook/crash-orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'order-1' },
      body: JSON.stringify({ run }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { executionId: string }).executionId;
  };
  const first = await post();
  expect(await post()).toBe(first);
  await counting.waitForCall(run, 1);
  await killAndStart();
  expect(await post()).toBe(first);
  const executions = await api.listExecutions(workflowId);
  expect(executions.map((execution) => execution.id)).toEqual([first]);
  expect((await api.waitForEnd(first)).status).toBe('succeeded');
  expect(checkCalls(run, counting.callsOf(run), { steps: 2 })).toEqual([]);
});

test('cancelling ends an execution whose call never answers, and nothing follows', async () => {
  const { api, counting } = stage;
  const run = 'cancelled';
  const never = Promise.withResolvers<void>();
  answers.set(run, () => ({ after: never.promise }));
  const workflowId = await stage.createWorkflow(run, (url) => createCallChain(url, 2));
  const id = await api.run(workflowId, { run });
  await counting.waitForCall(run, 1);
  await api.cancel(id);
  const ended = await api.waitForEnd(id);
  never.resolve();
  expect(ended.status).toBe('cancelled');
  expect(Date.parse(ended.finishedAt!) - Date.parse(ended.createdAt)).toBeLessThan(5_000);
  expect(stepsOf(run)).toEqual([1]);
});

test('cancelling is not forgotten when the server is killed before it has stopped the call', async () => {
  const { api, counting } = stage;
  const run = 'cancelled-killed';
  const never = Promise.withResolvers<void>();
  answers.set(run, () => ({ after: never.promise }));
  const workflowId = await stage.createWorkflow(run, (url) => createCallChain(url, 2));
  const id = await api.run(workflowId, { run });
  await counting.waitForCall(run, 1);
  await api.cancel(id);
  await killAndStart();
  const ended = await api.waitForEnd(id);
  never.resolve();
  expect(ended.status).toBe('cancelled');
  expect(stepsOf(run)).not.toContain(2);
});

test('a stop in the middle of an execution lets the call end; the next start goes on with the following one', async () => {
  const { api, counting, server } = stage;
  const run = 'stopped';
  const held = Promise.withResolvers<void>();
  answers.set(run, (call) => (call.step === 3 ? { after: held.promise } : {}));
  const workflowId = await stage.createWorkflow(run, (url) => createCallChain(url, 6));
  const id = await api.run(workflowId, { run });
  await counting.waitForCall(run, 3);
  const stopped = server.stop();
  // It takes no more requests now, and waits for the call.
  await waitFor(
    async () => (await fetch(`${server.url}/api/v1/health/ready`).catch(() => undefined))?.ok !== true,
  );
  held.resolve();
  expect(await stopped).toBe(0);
  await server.start();
  expect((await api.waitForEnd(id)).status).toBe('succeeded');
  expect(stepsOf(run)).toEqual([1, 2, 3, 4, 5, 6]);
});

/** Webhook → call 1 → call 2; the name of the run is in the body. */
function createHook(url: string): WorkflowDefinitionInput {
  const first = createCall(url, 1);
  const jsonBody = { run: '{{ $json.body.run }}', step: 1 };
  return {
    nodes: [
      { id: 'hook', name: 'Hook', type: 'webhook-trigger', parameters: { path: 'crash-orders' } },
      { ...first, parameters: { ...first.parameters, jsonBody } },
      createCall(url, 2),
    ],
    edges: [
      { from: 'hook', to: 'call-1' },
      { from: 'call-1', to: 'call-2' },
    ],
  };
}
