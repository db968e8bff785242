/**
 * A process dies before and after everything that it may write, over a real Postgres and on both dispatchers; the next one
 * ends what it left as it ends without a death. The points are enumerated in testing/crash-points.ts; real processes are
 * killed at moments of chance in tests/chaos.
 */
import { type JournalRecord, workflowDefinitionSchema } from '@navette/contracts';
import type { VersionRecord } from '@navette/engine';
import { createUuid, deriveUuid, encodeId, NavetteError, silentLogger } from '@navette/kit';
import { type Database, openDatabase, PostgresQueueSource } from '@navette/store';
import {
  createTestDatabase,
  failOnUnheardRejections,
  findRedisServer,
  startRedisServer,
  waitFor,
} from '@navette/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { BullMqDispatcher } from './bullmq/bullmq-dispatcher.ts';
import type { ExecutionQueue } from './execution-queue.ts';
import { InProcessDispatcher } from './in-process-dispatcher.ts';
import { createCrashNodes } from './testing/crash-nodes.ts';
import { claimsDue, crashPoints, queuesDue } from './testing/crash-points.ts';
import { CrashProcess } from './testing/crash-process.ts';
import { type CrashProgram, calledPrograms, listCrashPrograms } from './testing/crash-programs.ts';

failOnUnheardRejections(afterAll);

const limitMs = 600_000;
/** What only a process passes that takes over from a dead one. */
const takingUp = ['record execution-recovered', 'record step-resolved'];
const logger = silentLogger;

interface Tree {
  id: string;
  rootId: string;
  versionId: string;
  mode: string;
  status: string;
  code: string | null;
  isRoot: boolean;
  records: JournalRecord[];
}

interface Call {
  key: string;
  node: string;
}

class World {
  readonly database: Database;
  readonly calls: Call[] = [];
  readonly programs: readonly CrashProgram[];
  readonly #projectId = createUuid();
  readonly #versions = new Map<string, VersionRecord>();
  readonly #openQueue: () => ExecutionQueue;
  readonly #processes: CrashProcess[] = [];

  constructor(database: Database, openQueue: () => ExecutionQueue) {
    this.database = database;
    this.#openQueue = openQueue;
    const ids = new Map(calledPrograms.map(({ name }) => [name, createUuid()]));
    this.programs = listCrashPrograms((name) => encodeId('workflow', ids.get(name)!));
    for (const { name, definition } of [...this.programs, ...calledPrograms]) {
      const workflowId = ids.get(name) ?? createUuid();
      const parsed = workflowDefinitionSchema.parse(definition);
      const about = { versionId: createUuid(), workflowId, projectId: this.#projectId, workflowName: name };
      this.#versions.set(name, { ...about, definition: parsed });
    }
  }

  async openProcess(): Promise<CrashProcess> {
    const versions = [...this.#versions.values()];
    const opened = await CrashProcess.open({
      database: this.database,
      queue: this.#openQueue(),
      nodes: createCrashNodes((key, node) => {
        this.calls.push({ key, node });
        return this.calls.filter((call) => call.key === key).length;
      }),
      versions: {
        read: async (_projectId, versionId) => versions.find((one) => one.versionId === versionId),
        readPublished: async (_projectId, workflowId) =>
          versions.find((one) => one.workflowId === workflowId),
      },
    });
    this.#processes.push(opened);
    return opened;
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.close()));
  }

  /** The executions that came of the start with that key. */
  async read(label: string): Promise<Tree[]> {
    const { rows } = await this.database.pool.query<Tree>(
      `WITH RECURSIVE tree AS (
         SELECT id FROM executions WHERE idempotency_key = $1
         UNION SELECT e.id FROM executions e JOIN tree t ON e.parent_id = t.id OR e.retry_of = t.id)
       SELECT e.id, e.root_id AS "rootId", e.version_id AS "versionId", e.mode, e.status, e.error->>'code' AS code,
         e.idempotency_key IS NOT DISTINCT FROM $1 AS "isRoot",
         (SELECT coalesce(json_agg(r.value ORDER BY j.seq, r.ordinality), '[]')
          FROM journal j, json_array_elements(j.records::json) WITH ORDINALITY r WHERE j.execution_id = e.id) AS records
       FROM tree JOIN executions e USING (id)`,
      [label],
    );
    return rows;
  }

  /** What became of it, without what differs from time to time. */
  async summarize(label: string): Promise<unknown[]> {
    const names = new Map([...this.#versions.values()].map((one) => [one.versionId, one.workflowName]));
    const ends = ['step-completed', 'step-failed', 'step-skipped', 'item-failed', 'execution-finished'];
    const summary = (await this.read(label)).map(({ versionId, mode, status, code, records }) => {
      const steps = records.flatMap((record) =>
        ends.includes(record.type) ? [`${record.type} ${'path' in record ? record.path : ''}`.trim()] : [],
      );
      return { name: names.get(versionId), mode, status, code, steps: steps.sort() };
    });
    return summary.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  }

  /** Starts it, unless that was done before, and does what is done from outside until all of it has ended. */
  async drive(
    on: CrashProcess,
    { name, outside }: CrashProgram,
    label: string,
    isSecond = false,
  ): Promise<'ended' | 'drained'> {
    const projectId = this.#projectId;
    const version = this.#versions.get(name)!;
    const items = [{ json: { n: 1 } }, { json: { n: 2 } }];
    const { engine } = on;
    await engine.start({
      ...{ projectId, version, triggerNodeId: 'start', items, mode: 'api' },
      idempotencyKey: label,
    });
    let end: 'ended' | 'drained' = 'ended';
    const look = async () => {
      if (on.isDead) return true;
      const tree = await this.read(label);
      const root = tree.find((row) => row.isRoot)!;
      const executionId = root.id;
      const begun = (path: string) =>
        root.records.some((record) => record.type === 'step-started' && record.path === path);
      if (outside === 'signal' && root.status === 'waiting')
        await engine.post.sendSignal({
          ...{ projectId, to: { executionId }, name: 'go', idempotencyKey: label },
          items: [{ json: { n: 1 } }],
        });
      if (outside === 'answer')
        for (const { path, question, items } of listQuestions(root)) {
          const outcomes = (items ?? [undefined]).map((item) => ({
            ...(item === undefined ? {} : { item }),
            outcome: 'retry' as const,
          }));
          await engine.post
            .resolve({ projectId, executionId, path, question, resolution: { by, comment: '', outcomes } })
            .catch(ignoreAnswered);
        }
      if (outside === 'cancel' && root.status === 'running' && begun('hang'))
        await engine.cancel(projectId, executionId);
      if (outside === 'drain' && !isSecond && begun('e2')) {
        await on.stop();
        end = 'drained';
        return true;
      }
      if (outside === 'rerun' && isOver(root)) {
        const input = [{ json: { n: 7 } }];
        const idempotencyKey = `${label} again`;
        await engine.rerun({ projectId, executionId, from: 'e2', idempotencyKey, input });
        return (await this.read(label)).every(isOver);
      }
      return tree.every(isOver);
    };
    await waitFor(look, { timeoutMs: 90_000, what: `${label} to end` });
    return end;
  }
}

const by = { kind: 'user', id: 'usr_1', name: 'Ada' } as const;

/** What is asked about steps in doubt. */
function listQuestions({ records, status }: Tree): { path: string; question: number; items?: number[] }[] {
  if (status !== 'waiting') return [];
  const asked = records.flatMap((record) =>
    record.type === 'step-waiting' && record.awaits?.kind === 'doubt'
      ? [{ path: record.path, ...record.awaits }]
      : [],
  );
  const isAnswered = ({ path, question }: { path: string; question: number }) =>
    records.some(
      (record) => record.type === 'step-resolved' && record.path === path && record.question === question,
    );
  return asked.filter((one) => !isAnswered(one));
}

/** Whoever is never sure answers again. */
function ignoreAnswered(error: unknown): void {
  if (!NavetteError.is(error) || error.code !== 'STEP_ALREADY_RESOLVED') throw error;
}

const isOver = ({ status }: Tree) => status === 'succeeded' || status === 'failed' || status === 'cancelled';

/** Keys of the effects of which the journal says that they are done. */
function listDone({ rootId, records }: Tree): string[] {
  const keyOf = (path: string, item: number) => deriveUuid(rootId, path, String(item));
  return records.flatMap((record) => {
    if (record.type === 'item-completed') return [keyOf(record.path, record.item)];
    if (record.type !== 'step-completed') return [];
    const count = Object.values(record.outputs).flat().length;
    return Array.from({ length: count }, (_, item) => keyOf(record.path, item));
  });
}

/** How often the calls of each node were made under one key, at most. */
function countCalls(calls: readonly Call[]): Record<string, number> {
  const most: Record<string, number> = {};
  for (const [first, ...more] of Map.groupBy(calls, ({ key }) => key).values())
    most[first!.node] = Math.max(most[first!.node] ?? 0, 1 + more.length);
  return most;
}

async function killEverywhere(
  when: 'before' | 'after',
  openQueue: (source: PostgresQueueSource) => ExecutionQueue,
): Promise<void> {
  await using testDatabase = await createTestDatabase();
  const database = await openDatabase({ connectionString: testDatabase.connectionString, maxConnections: 6 });
  const world = new World(database, () => openQueue(new PostgresQueueSource(database)));
  const points = new Set(crashPoints);
  try {
    let process = await world.openProcess();
    points.delete(process.takesDue ? queuesDue : claimsDue);
    for (const program of world.programs) {
      let round = 0;
      /** Runs it to its end in calm: what it came to, and its calls. */
      const rehearse = async () => {
        const label = `${program.name} in calm`;
        const before = world.calls.length;
        if ((await world.drive(process, program, label)) === 'drained') {
          process = await world.openProcess();
          await world.drive(process, program, label, true);
        }
        return { ends: await world.summarize(label), calls: countCalls(world.calls.slice(before)) };
      };
      const calm = await rehearse();
      expect(calm.ends.length).toBeGreaterThan(0);
      for (const point of program.again ?? []) points.add(point);
      for (let hasDied = true; hasDied; ) {
        const label = `${program.name} ${++round}`;
        const before = world.calls.length;
        process.arm(when, points);
        const first = await Promise.race([world.drive(process, program, label), process.died]);
        process.disarm();
        hasDied = typeof first !== 'string';
        const at = typeof first === 'string' ? [] : [...first];
        const done = new Set((await world.read(label)).flatMap(listDone));
        const callsBefore = world.calls.length;
        // The next one dies as well while it takes up what is left, if nobody has yet.
        for (let isLeft = hasDied || first === 'drained', killed = hasDied; isLeft; ) {
          if (killed) await process.bury();
          process = await world.openProcess();
          process.arm(when, new Set(takingUp.filter((point) => points.has(point))));
          const next = await Promise.race([world.drive(process, program, label, true), process.died]);
          process.disarm();
          killed = typeof next !== 'string';
          isLeft = killed;
          if (typeof next !== 'string') {
            at.push(...next);
            for (const point of next) points.delete(point);
          }
        }
        for (const point of at) points.delete(point);
        const where = `${program.name}, dead ${when} ${at.join(' + ')}`;
        expect({ where, ends: await world.summarize(label) }).toEqual({ where, ends: calm.ends });
        const doubled = world.calls.slice(callsBefore).filter(({ key }) => hasDied && done.has(key));
        expect({ where, doubled }).toEqual({ where, doubled: [] });
        const calls = countCalls(world.calls.slice(before));
        expect({ where, nodes: Object.keys(calls).sort() }).toEqual({
          where,
          nodes: Object.keys(calm.calls).sort(),
        });
        const tooOften = Object.keys(calls).filter((node) => calls[node]! > calm.calls[node]! + 1);
        expect({ where, tooOften }).toEqual({ where, tooOften: [] });
      }
    }
    expect([...points], 'points that no program passes').toEqual([]);
  } finally {
    await world.close();
    await database.close();
  }
}

describe.concurrent('a process that dies at every crash point', { timeout: limitMs }, () => {
  const hasRedis = findRedisServer() !== undefined;
  for (const when of ['before', 'after'] as const) {
    test(`${when} it, in-process dispatcher`, () =>
      killEverywhere(when, (source) => new InProcessDispatcher({ source, logger })));

    test.skipIf(!hasRedis)(
      `${when} it, BullMQ${hasRedis ? '' : ' (SKIPPED: no redis-server here)'}`,
      async () => {
        await using redis = await startRedisServer();
        const common = { url: redis.url, namespace: 'crash', places: 20, logger };
        await killEverywhere(
          when,
          (source) => new BullMqDispatcher({ ...common, source, beatMs: 100, reconcileMs: 200 }),
        );
      },
    );
  }
});
