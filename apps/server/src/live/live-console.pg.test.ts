/** What a code step writes, on the stream of its execution while the step is at work. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
let outside: Server;
/** Requests of the code wait for their answer until the test lets them go: so long is its step at work. */
const held: ServerResponse[] = [];
let isHolding = true;

function letGo(): void {
  isHolding = false;
  for (const response of held.splice(0)) response.end();
}

beforeAll(async () => {
  outside = createServer((_, response) => {
    if (isHolding) held.push(response);
    else response.end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  fixture = await openServerFixture({
    NAVETTE_HTTP_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    NAVETTE_CODE_ALLOWED_HOSTS: '127.0.0.1',
  });
});
afterAll(async () => {
  await fixture?.close();
  outside.close();
});

function createDefinition(source: string): WorkflowDefinitionInput {
  return {
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger' },
      { id: 'code', name: 'Code', type: 'code', parameters: { source, allowedHosts: ['127.0.0.1'] } },
    ],
    edges: [{ from: 'start', to: 'code' }],
  };
}

async function start(source: string): Promise<string> {
  isHolding = true;
  const workflowId = await fixture.createWorkflow(createDefinition(source));
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input: {} } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body.executionId;
}

interface StreamEvent {
  id: string | undefined;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of any kind
  data: any;
}

async function* readStream(executionId: string): AsyncGenerator<StreamEvent> {
  const response = await fetch(`${fixture.url}/api/v1/executions/${executionId}/events`, {
    headers: { authorization: `Bearer ${fixture.owner.key}` },
  });
  let text = '';
  for await (const bytes of response.body!.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((one) => one.split(/: (.*)/s) as [string, string]),
      );
      text = text.slice(end + 2);
      if (!fields.has('data')) continue;
      yield {
        id: fields.get('id'),
        name: fields.get('event') ?? 'message',
        data: JSON.parse(fields.get('data')!),
      };
    }
  }
}

const url = () => `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;

test('lines come while the step is at work, with their levels, and again with its end', async () => {
  const source = `
    console.log('before');
    console.warn('careful');
    await http('${url()}');
    console.error('after');
    return [];`;
  const executionId = await start(source);
  const shown: { message: string; level?: string }[] = [];
  for await (const { id, name, data } of readStream(executionId)) {
    if (name === 'console') {
      expect(id).toBeUndefined();
      expect(data.path).toBe('code');
      shown.splice(data.from, shown.length, ...data.lines);
    }
    // Only what was shown lets the step go on: it was at work when its lines came.
    if (shown.length >= 2) letGo();
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
  const executionId = await start(`console.log('secret plan'); await http('${url()}'); return []`);
  for (const [key, status] of [
    [fixture.strangerKey, 404],
    [null, 401],
    [await fixture.createKey(['workflows:read']), 403],
  ] as const) {
    const answer = await fixture.call('streamExecution', { params: { executionId }, key });
    expect(answer.status).toBe(status);
  }
  for await (const { name } of readStream(executionId)) if (name === 'console') letGo();
});
