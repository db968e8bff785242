/** What a code step writes, on the stream of its execution while the step is at work. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';
import {
  createCodeDefinition,
  holdingEnv,
  openHoldingServer,
  readStream,
  type StreamEvent,
} from './stream-fixture.ts';

let fixture: ServerFixture;
let outside: Awaited<ReturnType<typeof openHoldingServer>>;

beforeAll(async () => {
  outside = await openHoldingServer();
  fixture = await openServerFixture(holdingEnv);
});
afterAll(async () => {
  await fixture?.close();
  outside.close();
});

async function start(source: string): Promise<string> {
  outside.hold();
  const workflowId = await fixture.createWorkflow(createCodeDefinition(source));
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input: {} } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.executionId;
}

const read = (executionId: string) => readStream({ url: fixture.url, key: fixture.owner.key }, executionId);

test('lines come while the step is at work, with their levels, and again with its end', async () => {
  const source = `
    console.log('before');
    console.warn('careful');
    await http('${outside.url}');
    console.error('after');
    return [];`;
  const executionId = await start(source);
  const shown: { message: string; level?: string }[] = [];
  for await (const { id, name, data } of read(executionId)) {
    if (name === 'console') {
      expect(id).toBeUndefined();
      expect(data.path).toBe('code');
      shown.splice(data.from, shown.length, ...data.lines);
    }
    // Only what was shown lets the step go on: it was at work when its lines came.
    if (shown.length >= 2) outside.letGo();
    if (data.record?.type === 'step-completed' && data.record.path === 'code') {
      const kept = data.record.logs.map(({ message, level }: StreamEvent['data']) => [message, level]);
      expect(kept).toEqual([
        ['before', undefined],
        ['careful', 'warn'],
        [expect.stringContaining('http: GET'), undefined],
        ['after', 'error'],
      ]);
    }
  }
  expect(shown.slice(0, 2).map(({ message, level }) => [message, level])).toEqual([
    ['before', undefined],
    ['careful', 'warn'],
  ]);
  const { body } = await fixture.call('getExecution', { params: { executionId } });
  const step = body.steps.find(({ path }: { path: string }) => path === 'code');
  expect(step.logs[1]).toEqual({ at: expect.any(String), message: 'careful', level: 'warn' });
});

test('whoever may not read the execution does not hear it', async () => {
  const executionId = await start(`console.log('secret plan'); await http('${outside.url}'); return []`);
  for (const [key, status] of [
    [fixture.strangerKey, 404],
    [null, 401],
    [await fixture.createKey(['workflows:read']), 403],
  ] as const) {
    const answer = await fixture.call('streamExecution', { params: { executionId }, key });
    expect(answer.status).toBe(status);
  }
  for await (const { name } of read(executionId)) if (name === 'console') outside.letGo();
});
