import type { JournalRecord } from '@navette/contracts';
import { workflowDefinitionSchema } from '@navette/contracts';
import type { NewExecution, VersionRecord } from '@navette/engine';
import { createUuid } from '@navette/kit';
import { expect, test } from 'vitest';
import { StepCounts } from './step-counts.ts';

const projectId = createUuid();

function createVersion(nodes: Record<string, string>): VersionRecord {
  const definition = workflowDefinitionSchema.parse({
    nodes: Object.entries(nodes).map(([id, type]) => ({ id, name: id, type })),
  });
  return { versionId: createUuid(), workflowId: createUuid(), projectId, workflowName: 'x', definition };
}

function createExecution(version: VersionRecord): NewExecution {
  const id = createUuid();
  return {
    id,
    projectId,
    workflowId: version.workflowId,
    versionId: version.versionId,
    mode: 'api',
    triggerNodeId: 'start',
    createdAt: 0,
    deadlineAt: null,
    idempotencyKey: null,
    retryOf: null,
    rootId: id,
    parentId: null,
    parentPath: null,
    depth: 0,
  };
}

function createCounts(...versions: VersionRecord[]) {
  const errors: unknown[] = [];
  const read = async (project: string, id: string) =>
    project === projectId ? versions.find((version) => version.versionId === id) : undefined;
  return { counts: new StepCounts({ read }, (error) => errors.push(error)), errors };
}

const completed = (path: string, more: object = {}): JournalRecord => ({
  type: 'step-completed',
  at: 30,
  path,
  startedAt: 10,
  attempts: 1,
  outputs: {},
  ...more,
});
const error = { code: 'X', message: 'x', kind: 'user' as const, retryable: false };

test('steps count by the type of their node, whatever the version calls it', async () => {
  const [one, two] = [
    createVersion({ start: 'manual-trigger', a: 'if', b: 'http-request' }),
    createVersion({ start: 'manual-trigger', a: 'http-request' }),
  ];
  const { counts } = createCounts(one, two);
  counts.add(createExecution(one), [
    completed('start'),
    completed('a'),
    { type: 'attempt-failed', at: 20, path: 'b', attempt: 1, error, retryAt: 25 },
    { type: 'step-failed', at: 60, path: 'b', startedAt: 10, attempts: 2, error },
  ]);
  counts.add(createExecution(two), [completed('a', { error }), { type: 'step-skipped', at: 1, path: 'a' }]);
  const types = await counts.read();
  expect([...types.keys()].sort()).toEqual(['http-request', 'if']);
  expect(types.get('if')!.outcomes).toEqual({ succeeded: 1, passed: 0, failed: 0, skipped: 0 });
  expect(types.get('http-request')!.outcomes).toEqual({ succeeded: 0, passed: 1, failed: 1, skipped: 1 });
  expect(types.get('http-request')!.retries).toBe(1);
  expect(types.get('http-request')!.durationMs.sum).toBe(70);
});

test('what a retry took over is not counted again, and readings add up', async () => {
  const version = createVersion({ start: 'manual-trigger', a: 'if' });
  const { counts } = createCounts(version);
  const execution = createExecution(version);
  counts.add(execution, [completed('a')]);
  await counts.read();
  counts.add(execution, [completed('a', { reused: true }), completed('a')]);
  const [first, second] = await Promise.all([counts.read(), counts.read()]);
  expect(first.get('if')!.outcomes.succeeded).toBe(2);
  expect(second).toBe(first);
});

test('passes of a loop and compensations are passes of one node', async () => {
  const version = createVersion({ start: 'manual-trigger', a: 'if' });
  const { counts } = createCounts(version);
  const passes = Array.from({ length: 1_000 }, (_, pass) => completed(`each#${pass}/a`));
  counts.add(createExecution(version), [...passes, completed('a~1'), completed('a#7')]);
  expect([...(await counts.read())].map(([type, tally]) => [type, tally.outcomes.succeeded])).toEqual([
    ['if', 1_002],
  ]);
});

test('a version that is gone or cannot be read leaves steps of an unknown type, and nothing is lost', async () => {
  const gone = createVersion({ a: 'if' });
  const { counts } = createCounts();
  counts.add(createExecution(gone), [completed('a')]);
  expect((await counts.read()).get('unknown')!.outcomes.succeeded).toBe(1);

  const errors: unknown[] = [];
  const read = () => Promise.reject(new Error('no database'));
  const broken = new StepCounts({ read }, (thrown) => errors.push(thrown));
  broken.add(createExecution(gone), [completed('a')]);
  expect((await broken.read()).get('unknown')!.outcomes.succeeded).toBe(1);
  expect(errors).toHaveLength(1);
});

test('types beyond the limit share a name', async () => {
  const version = createVersion(
    Object.fromEntries(Array.from({ length: 450 }, (_, at) => [`n${at}`, `type-${at}`])),
  );
  const { counts } = createCounts(version);
  counts.add(
    createExecution(version),
    version.definition.nodes.map((node) => completed(node.id)),
  );
  const types = await counts.read();
  expect(types.size).toBe(401);
  expect(types.get('other')!.outcomes.succeeded).toBe(50);
});
