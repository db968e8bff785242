import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import { isConnectionError } from '@navette/store';
import { failOnUnheardRejections, waitFor } from '@navette/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerFixture, type ServerFixture, type TestAnswer } from '../server-fixture.ts';

failOnUnheardRejections(afterAll);

/**
 * A whole server with its built-in Postgres on a small disk of its own: a tmpfs, which only root can mount. Elsewhere the
 * tests are skipped and say so.
 */
const limit = { timeoutMs: 60_000 };
const testTimeoutMs = 120_000;
const mebibyte = 1024 * 1024;
let disk: string | undefined;
let whyNot = 'only root can mount a small disk';
let fixture: ServerFixture;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'navette-disk-'));
  if (process.getuid?.() === 0) {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', folder], {
      encoding: 'utf8',
    });
    if (mounted.status === 0) disk = folder;
    else whyNot = `a small disk cannot be mounted here: ${mounted.stderr || mounted.error}`;
  }
  if (disk === undefined) return rmSync(folder, { recursive: true });
  chmodSync(disk, 0o755);
  fixture = await openServerFixture({ DATABASE_URL: '', NAVETTE_DATA_DIR: join(disk, 'data') });
});
afterAll(async () => {
  await fixture?.close();
  if (disk === undefined) return;
  expect(spawnSync('umount', [disk]).status).toBe(0);
  rmSync(disk, { recursive: true });
});

const freeBytes = () => {
  const { bavail, bsize } = statfsSync(disk!);
  return bavail * bsize;
};

/** Leaves so much room, with a file that `rmSync` takes away again. */
function fill(leaveBytes: number): string {
  const path = join(disk!, 'filler');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(64 * 1024, 1);
  try {
    while (freeBytes() > leaveBytes + block.length) writeSync(file, block);
    // To the last byte.
    if (leaveBytes === 0) while (freeBytes() > 0) writeSync(file, block, 0, 4096);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
  return path;
}

const chain: WorkflowDefinitionInput = {
  nodes: [
    { id: 'start', name: 'Start', type: 'manual-trigger' },
    ...Array.from({ length: 3 }, (_, index) => ({
      id: `wait-${index}`,
      name: `Wait ${index}`,
      type: 'wait',
      parameters: { amount: 0.3, unit: 'seconds' },
    })),
  ],
  edges: Array.from({ length: 3 }, (_, index) => ({
    from: index === 0 ? 'start' : `wait-${index - 1}`,
    to: `wait-${index}`,
  })),
  settings: { durability: 'full' },
};

async function start(workflowId: string) {
  return fixture.call('runWorkflow', { params: { workflowId }, body: {} });
}

/** What is still accepted until then is added to the others. */
function waitUntilRefused(workflowId: string, accepted: TestAnswer[]): Promise<TestAnswer> {
  return waitFor(async () => {
    const answer = await start(workflowId);
    if (answer.status === 202) accepted.push(answer);
    else expect([503, 507]).toContain(answer.status);
    return answer.status !== 202 && answer;
  }, limit);
}

async function waitUntilSucceeded(executionIds: readonly string[]): Promise<void> {
  for (const executionId of executionIds) {
    const ended = await waitFor(async () => {
      const answer = await fixture.call('getExecution', { params: { executionId } });
      return answer.status === 200 && answer.body.finishedAt !== null && answer.body;
    }, limit);
    expect(ended).toMatchObject({ status: 'succeeded' });
  }
}

const readReadiness = () => fixture.request('/api/v1/health/ready', { key: null });

async function readDisk() {
  const { body } = await readReadiness();
  return body.checks.find((check: { name: string }) => check.name === 'disk');
}

test('before the disk is full new work is refused by name, and what is at work ends', {
  timeout: testTimeoutMs,
}, async (context) => {
  if (disk === undefined) return context.skip(whyNot);
  const workflowId = await fixture.createWorkflow(chain);
  const accepted = [await start(workflowId), await start(workflowId)];
  const filler = fill(20 * mebibyte);
  const refused = await waitUntilRefused(workflowId, accepted);
  expect(refused).toMatchObject({ status: 507, body: { code: 'SERVER_DISK_FULL', status: 507 } });
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await readDisk()).toMatchObject({ ok: false, detail: expect.stringContaining('full since') });
  await waitUntilSucceeded(accepted.map((answer) => answer.body.executionId));
  rmSync(filler);
  const again = await waitFor(async () => {
    const answer = await start(workflowId);
    return answer.status === 202 && answer;
  }, limit);
  await waitUntilSucceeded([again.body.executionId]);
  expect(await readDisk()).toMatchObject({ ok: true });
});

test('a disk that is full to the last byte: refusals only, nothing lost, and it goes on by itself', {
  timeout: testTimeoutMs,
}, async (context) => {
  if (disk === undefined) return context.skip(whyNot);
  const workflowId = await fixture.createWorkflow(chain);
  const accepted = [await start(workflowId), await start(workflowId)];
  const filler = fill(0);
  // Writes that do not start executions reach Postgres: it refuses them, or stops and is started again.
  const createLarge = (): WorkflowDefinitionInput => {
    const text = randomBytes(500_000).toString('base64');
    const [start, ...others] = chain.nodes;
    return { ...chain, nodes: [{ ...start!, pinned: [{ json: { text } }] }, ...others] };
  };
  const statuses = new Set<number>();
  await waitFor(async () => {
    const body = { name: 'Large', definition: createLarge() };
    const answer = await fixture.call('createWorkflow', { body });
    statuses.add(answer.status);
    if (answer.status >= 500) expect(answer.body.code).toMatch(/^SERVER_(DISK_FULL|DATABASE)$/);
    return answer.status >= 500;
  }, limit);
  expect([...statuses].every((status) => [201, 503, 507].includes(status))).toBe(true);
  await waitUntilRefused(workflowId, accepted);
  // Its own log has room for a while; then it stops in the middle of a write.
  const { pool } = fixture.server.database;
  const fillLog = () => pool.query(`SELECT pg_logical_emit_message(true, 'test', repeat('x', 4000000))`);
  await waitFor(() => fillLog().then(() => false, isConnectionError), limit);
  await waitFor(async () => {
    await waitUntilRefused(workflowId, accepted);
    return /unreachable since/.test(JSON.stringify((await readReadiness()).body));
  }, limit);
  rmSync(filler);
  await waitUntilSucceeded(accepted.map((answer) => answer.body.executionId));
  const again = await waitFor(async () => {
    const answer = await start(workflowId);
    return answer.status === 202 && answer;
  }, limit);
  await waitUntilSucceeded([again.body.executionId]);
});
