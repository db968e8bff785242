/**
 * How much of Postgres the journal writer gets: executions of ten effect steps, each committed before the next one
 * acts, 32 in flight, against DBOS Transact doing the same on the same Postgres, and against a bare loop that inserts
 * the same journal rows 32 at a time. They take turns, in an order that rotates.
 */
import type { Engine, VersionRecord } from '@navette/engine';
import { createUuid } from '@navette/kit';
import type { Database } from '@navette/store';
import type { BenchOptions } from '../arguments.ts';
import { type EngineWorld, openEngineWorld } from '../engine/engine-world.ts';
import { listTree, readCpuSeconds } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { type DbosPeer, type DbosRound, startDbos } from './dbos-peer.ts';
import { benchEffect, benchTrigger, createChain } from './effect-chain.ts';

const steps = 10;
const inFlight = 32;

export interface ChainRound {
  executions: number;
  stepsPerSecond: number;
  /** Of the process that runs the steps. */
  cpuMicrosPerStep: number;
  postgresCpuMicrosPerStep: number | undefined;
}

interface JournalRound {
  engine: ChainRound;
  dbos: ChainRound;
  bareRowsPerSecond: number;
  /** Rows that the engine wrote in this round. */
  chunks: number;
}

export interface JournalResult {
  steps: number;
  inFlight: number;
  dbosVersion: string;
  rounds: JournalRound[];
  /** Chunks that the engine wrote for one execution, start and end included. */
  chunksPerExecution: number;
  stepsPerSecond: Spread;
  dbosStepsPerSecond: Spread;
  /** Steps per second of the engine over those of DBOS. */
  toDbos: Spread;
  bareRowsPerSecond: Spread;
  /** Journal rows per second of the engine, as a share of the bare loop's. */
  share: Spread;
}

export async function measureJournal(options: BenchOptions): Promise<JournalResult> {
  const world = await openEngineWorld([benchTrigger, benchEffect]);
  let dbos: DbosPeer | undefined;
  try {
    const version = world.createVersion('Journal', createChain(steps));
    dbos = await startDbos(world.database, { inFlight, steps });
    await runChains(world.engine, version, 2);
    let dbosExecutions = (await dbos.run(2)).executions;
    const rounds: JournalRound[] = [];
    for (let round = 0; round < options.rounds; round++) {
      console.error(`journal: round ${round + 1} of ${options.rounds}`);
      const measured = await measureRound(world, { dbos, version, round, seconds: options.seconds });
      dbosExecutions += measured.dbos.executions;
      rounds.push(measured);
    }
    await dbos.assertStored(dbosExecutions);
    return {
      steps,
      inFlight,
      dbosVersion: dbos.version,
      rounds,
      chunksPerExecution: await readChunksPerExecution(world.database),
      stepsPerSecond: spreadOf(rounds.map(({ engine }) => engine.stepsPerSecond)),
      dbosStepsPerSecond: spreadOf(rounds.map((each) => each.dbos.stepsPerSecond)),
      toDbos: spreadOf(rounds.map((each) => each.engine.stepsPerSecond / each.dbos.stepsPerSecond)),
      bareRowsPerSecond: spreadOf(rounds.map((each) => each.bareRowsPerSecond)),
      share: spreadOf(rounds.map(shareOf)),
    };
  } finally {
    await dbos?.stop();
    await world.close();
  }
}

interface RoundOptions {
  dbos: DbosPeer;
  version: VersionRecord;
  round: number;
  seconds: number;
}

/** Each of the three once. */
async function measureRound(
  { engine, database }: EngineWorld,
  { dbos, round, seconds, version }: RoundOptions,
): Promise<JournalRound> {
  const measured: Partial<JournalRound> = {};
  const turns = [
    async () => {
      const before = await countChunks(database);
      measured.engine = await measureChains(database, () => runEngine(engine, version, seconds));
      measured.chunks = (await countChunks(database)) - before;
    },
    async () => {
      measured.dbos = await measureChains(database, () => dbos.run(seconds));
    },
    async () => {
      measured.bareRowsPerSecond = await measureBareInsert(database, seconds);
    },
  ];
  // The sample of the bare loop comes from the engine, which has run before the first round.
  for (let turn = 0; turn < turns.length; turn++) await turns[(round + turn) % turns.length]!();
  return measured as JournalRound;
}

async function measureChains(database: Database, run: () => Promise<DbosRound>): Promise<ChainRound> {
  const postgresPid = database.embedded!.pid!;
  const before = readCpuSeconds(listTree(postgresPid));
  const { cpuMicros, elapsedSeconds, executions } = await run();
  const after = readCpuSeconds(listTree(postgresPid));
  const done = executions * steps;
  return {
    executions,
    stepsPerSecond: done / elapsedSeconds,
    cpuMicrosPerStep: cpuMicros / done,
    postgresCpuMicrosPerStep:
      before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / done,
  };
}

async function runEngine(engine: Engine, version: VersionRecord, seconds: number): Promise<DbosRound> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const executions = await runChains(engine, version, seconds);
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { executions, elapsedSeconds, cpuMicros: user + system };
}

/** Journal rows per second of the engine over those of the bare loop. */
function shareOf({ bareRowsPerSecond, chunks, engine }: JournalRound): number {
  return ((chunks / engine.executions) * (engine.stepsPerSecond / steps)) / bareRowsPerSecond;
}

/** Runs chains for that long, `inFlight` at a time, and says how many ended. */
async function runChains(engine: Engine, version: VersionRecord, seconds: number): Promise<number> {
  const endsAt = performance.now() + seconds * 1_000;
  let executions = 0;
  const lane = async () => {
    while (performance.now() < endsAt) {
      const end = await engine.startAndAwait(
        { projectId: version.projectId, version, triggerNodeId: 'start', items: [], mode: 'api' },
        { until: 'finished' },
      );
      if (end.status !== 'succeeded' || end.items?.[0]?.json['step'] !== steps)
        throw new Error(`A chain ended wrongly: ${JSON.stringify(end)}`);
      executions += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return executions;
}

/** One multi-row INSERT and commit after the other, of rows as the engine wrote them, into a table like the journal. */
async function measureBareInsert(database: Database, seconds: number): Promise<number> {
  const client = await database.pool.connect();
  try {
    await client.query('DROP TABLE IF EXISTS bench_journal');
    await client.query('CREATE TABLE bench_journal (LIKE journal INCLUDING ALL)');
    const { rows } = await client.query<{ seq: number; project_id: string; records: string }>(
      'SELECT seq, project_id, records FROM journal ORDER BY execution_id DESC, seq LIMIT $1',
      [inFlight * steps],
    );
    const sample = rows;
    const endsAt = performance.now() + seconds * 1_000;
    const startedAt = performance.now();
    let inserted = 0;
    while (performance.now() < endsAt) {
      const batch = Array.from({ length: inFlight }, (_, lane) => sample[(inserted + lane) % sample.length]!);
      await client.query({
        name: 'bench-insert',
        text: `INSERT INTO bench_journal (execution_id, seq, project_id, fence, records)
               SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::bigint[], $5::text[])`,
        values: [
          batch.map(() => createUuid()),
          batch.map((row) => row.seq),
          batch.map((row) => row.project_id),
          batch.map(() => 1),
          batch.map((row) => row.records),
        ],
      });
      inserted += batch.length;
    }
    return inserted / ((performance.now() - startedAt) / 1_000);
  } finally {
    client.release();
  }
}

async function countChunks(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM journal');
  return rows[0]!.count;
}

async function readChunksPerExecution(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ mean: number }>(
    'SELECT count(*)::float8 / count(DISTINCT execution_id) AS mean FROM journal',
  );
  return rows[0]!.mean;
}
