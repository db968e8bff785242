import type { WorkflowDefinitionInput } from '@navette/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture();
});
afterAll(() => fixture?.close());

interface StreamEvent {
  id: string | undefined;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of any kind
  data: any;
}

const open: AbortController[] = [];
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
});

/** Reads a stream as a browser does. `next` waits for one more event. */
async function openStream(path: string, lastEventId?: string) {
  const controller = new AbortController();
  open.push(controller);
  const response = await fetch(`${fixture.url}${path}`, {
    headers: {
      authorization: `Bearer ${fixture.owner.key}`,
      ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
    },
    signal: controller.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<StreamEvent | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
        if (!fields.has('data')) continue;
        return {
          id: fields.get('id'),
          name: fields.get('event') ?? 'message',
          data: JSON.parse(fields.get('data')!),
        };
      }
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return undefined;
      text += value;
    }
  };
  const rest = async () => {
    const events: StreamEvent[] = [];
    for (let event = await next(); event; event = await next()) events.push(event);
    return events;
  };
  return { response, next, rest, close: () => controller.abort() };
}

const line: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    { id: 'wait', name: 'Wait', type: 'wait', parameters: { amount: 1, unit: 'seconds' } },
    { id: 'end', name: 'End', type: 'no-op' },
  ],
  edges: [
    { from: 'start', to: 'wait' },
    { from: 'wait', to: 'end' },
  ],
};

async function run(definition = line, input: unknown = { secret: 'item-canary' }): Promise<string> {
  const workflowId = await fixture.createWorkflow(definition);
  const answer = await fixture.call('runWorkflow', { params: { workflowId }, body: { input } });
  return answer.body.executionId;
}

describe('of an execution', () => {
  test('every record comes once, in the stored order, live, without item data, and the stream closes', async () => {
    const executionId = await run();
    const stream = await openStream(`/api/v1/executions/${executionId}/events`);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = await stream.rest();
    const types = events.map((event) => event.data.record.type);
    expect(types[0]).toBe('execution-started');
    expect(types.at(-1)).toBe('execution-finished');
    expect(types.filter((type) => type === 'step-completed')).toHaveLength(3);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    for (const event of events) {
      expect(event.name).toBe('message');
      expect(event.data.id).toBe(event.id);
    }
    const completed = events.find((event) => event.data.record.path === 'start');
    expect(completed?.data.record).toMatchObject({ type: 'step-completed', outputCounts: { main: 1 } });
    expect(JSON.stringify(events)).not.toContain('item-canary');
    // What is stored is what was sent.
    const { rows } = await fixture.server.database.pool.query(
      `SELECT seq, json_array_length(records::json) AS n FROM journal WHERE execution_id = $1 ORDER BY seq`,
      [toUuid(executionId)],
    );
    const stored = rows.flatMap(({ seq, n }) => Array.from({ length: n }, (_, index) => `${seq}.${index}`));
    expect(events.map((event) => event.id)).toEqual(stored);
  });

  test('a client that reconnects gets exactly what it lacks, wherever it was cut', async () => {
    const executionId = await run();
    const path = `/api/v1/executions/${executionId}/events`;
    const all = await (await openStream(path)).rest();
    for (let cut = 0; cut < all.length - 1; cut++) {
      const rest = await (await openStream(path, all[cut]!.id)).rest();
      expect(rest).toEqual(all.slice(cut + 1));
    }
    const byQuery = await (await openStream(`${path}?after=${all[1]!.id}`)).rest();
    expect(byQuery).toEqual(all.slice(2));
    // 204 tells a browser not to come back.
    const done = await openStream(path, all.at(-1)!.id);
    expect(done.response.status).toBe(204);
  });

  test('the detail and the stream fit together', async () => {
    const executionId = await run();
    const detail = await fixture.call('getExecution', { params: { executionId } });
    const stream = await openStream(
      `/api/v1/executions/${executionId}/events?after=${detail.body.lastEventId}`,
    );
    const events = await stream.rest();
    expect(events.at(-1)?.data.record).toMatchObject({ type: 'execution-finished', status: 'succeeded' });
    const all = await (await openStream(`/api/v1/executions/${executionId}/events`)).rest();
    const seen = all.findIndex((event) => event.id === detail.body.lastEventId);
    expect(events).toEqual(all.slice(seen + 1));
  });

  test('commits of another process are found', async () => {
    const executionId = await run();
    const stream = await openStream(`/api/v1/executions/${executionId}/events`);
    const all = await stream.rest();
    // The journal of a second execution grows behind the back of this process.
    const copy = toUuid(executionId).replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const { pool } = fixture.server.database;
    await pool.query(
      `INSERT INTO executions SELECT (json_populate_record(e, json_build_object('id', $2::text, 'status', 'waiting', 'finished_at', null, 'root_id', $2::text))).* FROM executions e WHERE id = $1`,
      [toUuid(executionId), copy],
    );
    const other = await openStream(`/api/v1/executions/exe_${copy.replaceAll('-', '')}/events`);
    const events = other.rest();
    await pool.query(
      `INSERT INTO journal (execution_id, seq, project_id, fence, records)
       SELECT $2, seq, project_id, fence, records FROM journal WHERE execution_id = $1`,
      [toUuid(executionId), copy],
    );
    expect((await events).map((event) => event.data)).toEqual(all.map((event) => event.data));
  });

  test('a malformed position is refused by name', async () => {
    const executionId = await run();
    const answer = await fixture.call('streamExecution', { params: { executionId }, query: '?after=x.y' });
    expect(answer.body).toMatchObject({ code: 'REQUEST_INVALID', issues: [{ path: '/query/after' }] });
  });
});

describe('of a project', () => {
  test('changes of workflows and executions arrive, and only those of the project', async () => {
    const stream = await openStream('/api/v1/events');
    const hello = await stream.next();
    expect(hello).toMatchObject({ name: 'hello', id: expect.stringMatching(/^[0-9a-f]{8}-\d+$/) });
    const other = { name: 'Theirs', definition: line };
    await fixture.call('createWorkflow', { body: other, key: fixture.strangerKey });
    const executionId = await run();
    let created = await stream.next();
    while (created?.name === 'execution-changed') created = await stream.next();
    expect(created).toMatchObject({ name: 'workflow-changed', data: { change: 'created' } });
    const seen: string[] = [];
    while (seen.at(-1) !== 'succeeded') {
      const event = await stream.next();
      // Executions of the tests before may still come to their end.
      if (event!.data.executionId !== executionId) continue;
      expect(event).toMatchObject({
        name: 'execution-changed',
        data: { workflowId: created!.data.workflowId },
      });
      seen.push(event!.data.status);
    }
    expect(seen.length).toBeLessThanOrEqual(6);
  });

  test('a client that reconnects gets what it missed; after a gap it is told to read again', async () => {
    const stream = await openStream('/api/v1/events');
    const hello = await stream.next();
    stream.close();
    const workflowId = await fixture.createWorkflow(line, 'Missed');
    const again = await openStream('/api/v1/events', hello!.id);
    expect(await again.next()).toMatchObject({
      name: 'workflow-changed',
      data: { workflowId, change: 'created' },
    });
    for (const id of ['00000000-1', `${hello!.id}999`, 'nonsense']) {
      const lost = await openStream('/api/v1/events', id);
      expect(await lost.next()).toMatchObject({ name: 'resync', id: expect.any(String) });
      lost.close();
    }
  });
});

test('streams end when the server stops', async () => {
  const fresh = await openServerFixture();
  const response = await fetch(`${fresh.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${fresh.owner.key}` },
  });
  const [text] = await Promise.all([response.text(), fresh.close()]);
  expect(text).toContain('event: hello');
});

function toUuid(id: string): string {
  return id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
