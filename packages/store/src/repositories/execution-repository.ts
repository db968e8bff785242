import type { ExecutionMode, ExecutionStatus, JournalChunk, StoredRecord } from '@navette/contracts';
import type { ExpressionBuilder } from 'kysely';
import { decodeChunk } from '../payload/decode-chunk.ts';
import { fillJournal } from '../payload/inflate-journal.ts';
import { hollowParts, listParts, type StoredChunk, sampleParts } from '../payload/join-parts.ts';
import { readPayloads } from '../payload/payload-store.ts';
import { createTimedPage, decodeTimeCursor, type Page, type PageRequest, selectExactTime } from './cursor.ts';
import { explainQueued } from './explain-queued.ts';
import type { QueryBuilder } from './query-builder.ts';
import type { Row, Tables } from './tables.ts';
import { toQueryable } from './to-queryable.ts';

export type ExecutionRow = Omit<Row<'executions'>, 'rootId' | 'projectId' | 'cancelRequestedAt'> & {
  workflowName: string | null;
};

export interface ExecutionFilter extends PageRequest {
  workflowId?: string | undefined;
  status?: readonly ExecutionStatus[] | undefined;
  mode?: ExecutionMode | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
}

export interface ChunkOptions {
  afterSeq?: number;
  limit?: number;
}

export interface JournalOptions {
  /** What becomes of values that are too large for the journal; "counts" when left out. */
  values?: 'counts' | 'all';
}

type Expressions = ExpressionBuilder<Tables, 'executions'>;

/**
 * One condition per index: unsuccessful ones share one, each open status has its own. As one list, none would fit and
 * the whole table would be read.
 */
function listStatusArms(statuses: readonly ExecutionStatus[]) {
  const isUnsuccessful = (status: ExecutionStatus) => status === 'failed' || status === 'cancelled';
  const unsuccessful = statuses.filter(isUnsuccessful);
  const arms = statuses
    .filter((status) => !isUnsuccessful(status))
    .map((status) => (eb: Expressions) => eb('executions.status', '=', status));
  if (unsuccessful.length > 0) arms.push((eb: Expressions) => eb('executions.status', 'in', unsuccessful));
  return arms;
}

/** How executions are read by people. The engine writes them through its own store. */
export class ExecutionRepository {
  readonly #db: QueryBuilder;

  constructor(db: QueryBuilder) {
    this.#db = db;
  }

  /** Newest first. */
  async list(projectId: string, filter: ExecutionFilter): Promise<Page<ExecutionRow>> {
    let query = this.#select(projectId)
      .select(selectExactTime('executions.createdAt'))
      .orderBy('executions.createdAt', 'desc')
      .orderBy('executions.id', 'desc')
      .limit(filter.limit + 1);
    if (filter.workflowId !== undefined) query = query.where('executions.workflowId', '=', filter.workflowId);
    const { status } = filter;
    if (status !== undefined)
      query = query.where((eb) => eb.or(listStatusArms(status).map((arm) => arm(eb))));
    if (filter.mode !== undefined) query = query.where('executions.mode', '=', filter.mode);
    if (filter.createdAfter !== undefined)
      query = query.where('executions.createdAt', '>=', filter.createdAfter);
    if (filter.createdBefore !== undefined)
      query = query.where('executions.createdAt', '<', filter.createdBefore);
    if (filter.cursor !== undefined) {
      const { at, id } = decodeTimeCursor(filter.cursor);
      query = query.where((eb) =>
        eb(eb.refTuple('executions.createdAt', 'executions.id'), '<', eb.tuple(at, id)),
      );
    }
    const { items, nextCursor } = createTimedPage(await query.execute(), filter.limit);
    return { items: await this.#explain(projectId, items), nextCursor };
  }

  async read(projectId: string, executionId: string): Promise<ExecutionRow | undefined> {
    const rows = await this.#select(projectId).where('executions.id', '=', executionId).execute();
    const [row] = await this.#explain(projectId, rows);
    return row;
  }

  /**
   * The execution and its journal as they were at one moment: an answer that is made of both shows no state that never was.
   */
  async readWithJournal(
    projectId: string,
    executionId: string,
    { values = 'counts' }: JournalOptions = {},
  ): Promise<{ row: ExecutionRow; chunks: JournalChunk[] } | undefined> {
    const found = await this.#db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (trx) => {
        const then = new ExecutionRepository(trx);
        const row = await then.read(projectId, executionId);
        if (!row) return undefined;
        const chunks = await then.#readChunks(projectId, executionId);
        const parts = values === 'all' ? listParts(chunks) : [];
        return { row, chunks, texts: await readPayloads(toQueryable(trx), projectId, parts) };
      });
    if (!found) return undefined;
    const { row, chunks, texts } = found;
    return { row, chunks: values === 'all' ? await fillJournal(chunks, texts) : hollowParts(chunks) };
  }

  /** Queued executions say where they stand now. */
  async #explain(projectId: string, rows: readonly ExecutionRow[]): Promise<ExecutionRow[]> {
    const queued = rows.filter((row) => row.status === 'queued');
    const stored = new Map(queued.map((row) => [row.id, row.reason]));
    const explained = await explainQueued(this.#db, projectId, stored);
    return rows.map((row) => ({ ...row, ...explained.get(row.id) }));
  }

  /**
   * The journal after a chunk, in order, at most `limit` chunks. Values that are too large for it are left out: the lists
   * have their length and no items.
   */
  async listChunks(
    projectId: string,
    executionId: string,
    options: ChunkOptions = {},
  ): Promise<JournalChunk[]> {
    return hollowParts(await this.#readChunks(projectId, executionId, options));
  }

  async #readChunks(
    projectId: string,
    executionId: string,
    { afterSeq = 0, limit }: ChunkOptions = {},
  ): Promise<StoredChunk[]> {
    let query = this.#db
      .selectFrom('journal')
      .select(['seq', 'records'])
      .where('projectId', '=', projectId)
      .where('executionId', '=', executionId)
      .where('seq', '>', afterSeq)
      .orderBy('seq');
    if (limit !== undefined) query = query.limit(limit);
    return (await query.execute()).map(decodeChunk);
  }

  /**
   * The beginning of a journal with some of its items: of values that are too large for the journal a first part each, for
   * the steps that `wants` takes, and of few of them.
   */
  async listSamples(
    projectId: string,
    executionId: string,
    wants: (path: string) => boolean,
  ): Promise<JournalChunk[]> {
    const rows = await this.#db
      .selectFrom('journal')
      .select(['seq', 'records'])
      .where('projectId', '=', projectId)
      .where('executionId', '=', executionId)
      .orderBy('seq')
      .limit(sampledChunks)
      .execute();
    const chunks = rows.map(decodeChunk);
    const parts = chunks.flatMap(({ records }) =>
      records.flatMap((record: StoredRecord) =>
        record.outputsAt && 'path' in record && wants(record.path) ? record.outputsAt.parts.slice(0, 1) : [],
      ),
    );
    const read = [...new Set(parts)].slice(0, sampledParts);
    const texts = await readPayloads(toQueryable(this.#db), projectId, read);
    return sampleParts(chunks, (part) => texts.get(part));
  }

  /** Executions that were made from this one, the oldest first. */
  listDerived(projectId: string, executionId: string): Promise<ExecutionRow[]> {
    return this.#select(projectId)
      .where('executions.retryOf', '=', executionId)
      .orderBy('executions.createdAt')
      .orderBy('executions.id')
      .limit(derivedLimit)
      .execute();
  }

  #select(projectId: string) {
    return selectExecutions(this.#db, projectId);
  }
}

/** Of a journal, and of what has left it: a part has a megabyte at most. */
const sampledChunks = 100;
const sampledParts = 8;

/** Made from one execution, and shown. */
const derivedLimit = 100;

/** The executions of a project, as people read them. */
export function selectExecutions(db: QueryBuilder, projectId: string) {
  return db
    .selectFrom('executions')
    .leftJoin('workflows', 'workflows.id', 'executions.workflowId')
    .where('executions.projectId', '=', projectId)
    .select([
      'executions.id',
      'executions.workflowId',
      'executions.versionId',
      'executions.status',
      'executions.mode',
      'executions.triggerNodeId',
      'executions.createdAt',
      'executions.startedAt',
      'executions.finishedAt',
      'executions.wakeAt',
      'executions.reason',
      'executions.why',
      'executions.error',
      'executions.retryOf',
      'executions.parentId',
      'executions.recoveries',
      'executions.origin',
      'executions.settledAs',
      'executions.settledAt',
      'executions.dataDeletedAt',
      'workflows.name as workflowName',
    ]);
}
