/** What the tests of retention start from: a database with workflows, executions with data, and time that passes. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord, SaveSettings } from '@navette/contracts';
import { workflowDefinitionSchema } from '@navette/contracts';
import type { NewExecution } from '@navette/engine';
import { newExecution } from '@navette/engine/testing';
import { createUuid, encodeId, silentLogger } from '@navette/kit';
import { PostgresExecutionStore } from '../execution/postgres-execution-store.ts';
import type { ArtifactRow } from '../repositories/artifact-repository.ts';
import { openRepositoryFixture, type RepositoryFixture } from '../repositories/repository-fixture.ts';
import { registerWorker } from '../sql/workers.ts';
import { Retention } from './retention.ts';
import type { RetentionDefaults } from './retention-rules.ts';

export const testDefaults: RetentionDefaults = {
  executions: 'all',
  days: 10,
  summaryDays: 20,
  uploadDays: 5,
};

export interface NewTestExecution {
  workflowId: string;
  status?: 'succeeded' | 'failed' | 'running' | 'waiting' | undefined;
  parentId?: string | undefined;
  retryOf?: string | undefined;
  rootId?: string | undefined;
  idempotencyKey?: string | undefined;
  /** Text that makes a payload of its own; the same text is the same payload. */
  large?: string | undefined;
  /** Artifacts that its items name. */
  names?: readonly string[] | undefined;
}

export class RetentionFixture {
  readonly repositories: RepositoryFixture['repositories'];
  readonly base: RepositoryFixture;
  readonly store: PostgresExecutionStore;
  retention: Retention;
  readonly #workerId: string;

  private constructor(base: RepositoryFixture, store: PostgresExecutionStore, workerId: string) {
    this.base = base;
    this.repositories = base.repositories;
    this.store = store;
    this.#workerId = workerId;
    this.retention = this.createRetention();
  }

  static async open(): Promise<RetentionFixture> {
    const base = await openRepositoryFixture();
    const { database } = base;
    const store = new PostgresExecutionStore({
      database,
      logger: silentLogger,
      listener: { committed() {} },
    });
    const id = createUuid();
    await registerWorker(database.pool, { id, instance: 'test', version: '0', pid: 1, host: 'test' });
    return new RetentionFixture(base, store, id);
  }

  get pool() {
    return this.base.database.pool;
  }

  createRetention(defaults: Partial<RetentionDefaults> = {}): Retention {
    const { contents, audit } = this.repositories;
    return new Retention({
      database: this.base.database,
      contents,
      audit,
      defaults: { ...testDefaults, ...defaults },
      logger: silentLogger,
      pause: async () => {},
    });
  }

  async createWorkflow(save?: SaveSettings, pinned: readonly string[] = []): Promise<string> {
    const workflow = await this.repositories.workflows.create(this.base.change, {
      name: 'Test',
      description: '',
      draft: { definition: defineWorkflow(save, pinned), triggerTypes: ['manual-trigger'] },
    });
    return workflow.id;
  }

  async updateWorkflow(
    workflowId: string,
    save?: SaveSettings,
    pinned: readonly string[] = [],
  ): Promise<void> {
    const draft = { definition: defineWorkflow(save, pinned), triggerTypes: ['manual-trigger'] };
    await this.repositories.workflows.update(this.base.change, workflowId, { draft });
  }

  /** With a first and a second commit, and its end in the second when it has one. */
  async createExecution(options: NewTestExecution): Promise<NewExecution> {
    const { status = 'succeeded', large, names = [], ...given } = options;
    const id = createUuid();
    const fixed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const execution = newExecution({ id, rootId: id, projectId: this.base.projectId, ...fixed });
    const items = names.map((artifactId) => ({ json: { file: encodeId('artifact', artifactId) } }));
    await this.#write(execution, 1, [completed({ main: items }, 'start')], { create: execution });
    const text = large === undefined ? 'small' : createNoise(large);
    const records = [completed({ main: [{ json: { text } }] }, 'step')];
    const handover =
      status === 'running'
        ? {}
        : status === 'waiting'
          ? { handover: { kind: 'wait' as const, wakeAt: null, reason: 'Waits' } }
          : { handover: { kind: 'finish' as const, status, at: Date.now(), error: null } };
    await this.#write(execution, 2, records, handover);
    return execution;
  }

  /** Ends one that was left running. */
  async finishExecution(execution: NewExecution): Promise<void> {
    const handover = { kind: 'finish' as const, status: 'succeeded' as const, at: Date.now(), error: null };
    await this.#write(execution, 3, [], { handover });
  }

  /** A file; of an execution when it is given. */
  async createArtifact(data: string, execution?: NewExecution): Promise<ArtifactRow> {
    const owner = execution ? { executionId: execution.id, stepPath: 'step' } : {};
    const { projectId } = this.base;
    return this.repositories.artifacts.write({
      projectId,
      data,
      fileName: 'a',
      mediaType: 'text/plain',
      ...owner,
    });
  }

  /** Everything happened so much earlier, and where the walk of retention stood means nothing any more. */
  async passTime(interval: string): Promise<void> {
    this.retention = this.createRetention();
    await this.pool.query(`
      UPDATE executions SET created_at = created_at - i, started_at = started_at - i, finished_at = finished_at - i,
        data_deleted_at = data_deleted_at - i FROM (SELECT interval '${interval}' AS i) x;
      UPDATE payloads SET review_at = review_at - interval '${interval}';
      UPDATE artifacts SET created_at = created_at - interval '${interval}', review_at = review_at - interval '${interval}';
      UPDATE contents SET review_at = review_at - interval '${interval}';
      UPDATE retention_state SET started_at = started_at - interval '${interval}', held_until = held_until - interval '${interval}';
    `);
  }

  /** Rounds until what was let go of is gone as well. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await this.retention.run();
      await this.passTime('61 minutes');
    }
  }

  async readStatus(executionId: string): Promise<'data' | 'summary' | 'gone'> {
    const { rows } = await this.pool.query<{ data_deleted_at: Date | null; chunks: number }>(
      `SELECT data_deleted_at, (SELECT count(*)::int FROM journal j WHERE j.execution_id = e.id) AS chunks
       FROM executions e WHERE id = $1`,
      [executionId],
    );
    if (!rows[0]) return 'gone';
    const { data_deleted_at, chunks } = rows[0];
    if ((data_deleted_at === null) !== chunks > 0)
      throw new Error(`${chunks} chunks, deleted ${data_deleted_at}`);
    return data_deleted_at === null ? 'data' : 'summary';
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return rows[0]!.count;
  }

  hasFile({ sha256 }: Pick<ArtifactRow, 'sha256'>): boolean {
    const path = join(this.base.dataDir, 'artifacts', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    return existsSync(path) || existsSync(`${path}.zst`);
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.base.close();
  }

  async #write(execution: NewExecution, seq: number, records: JournalRecord[], more: object): Promise<void> {
    const { projectId, workflowId } = execution;
    const about = { executionId: execution.id, projectId, workflowId, workerId: this.#workerId, fence: 1 };
    const result = await this.store.write({ ...about, seq, records, ...more });
    if (result.outcome !== 'written') throw new Error(`The write was ${result.outcome}`);
  }
}

const noises = new Map<string, string>();

/** About 60 KB that do not compress, always the same for a mark. */
export function createNoise(mark: string): string {
  const known = noises.get(mark) ?? randomBytes(30_000).toString('hex');
  noises.set(mark, known);
  return known;
}

function completed(
  outputs: Extract<JournalRecord, { type: 'step-completed' }>['outputs'],
  path: string,
): JournalRecord {
  return { type: 'step-completed', at: 1, path, startedAt: 1, attempts: 1, outputs };
}

function defineWorkflow(save: SaveSettings | undefined, pinned: readonly string[]) {
  const items = pinned.map((artifactId) => ({ json: { file: encodeId('artifact', artifactId) } }));
  return workflowDefinitionSchema.parse({
    nodes: [
      { id: 'start', name: 'Start', type: 'manual-trigger', ...(items.length > 0 ? { pinned: items } : {}) },
    ],
    settings: save ? { save } : {},
  });
}
