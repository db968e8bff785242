/**
 * How much of Postgres the journal writer gets: executions of ten effect steps, each committed before the next one
 * acts, 32 in flight, against a bare loop that inserts the same journal rows 32 at a time.
 */
import type { Engine, VersionRecord } from '@navette/engine';
import { createUuid } from '@navette/kit';
import type { Database } from '@navette/store';
import type { BenchOptions } from '../arguments.ts';
import { openEngineWorld } from '../engine/engine-world.ts';
import { listTree, readCpuSeconds } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { benchEffect, benchTrigger, createChain } from './effect-chain.ts';

const steps = 10;
const inFlight = 32;

interface EngineRound {
  executions: number;
  stepsPerSecond: number;
  serverCpuMicrosPerStep: number;
  postgresCpuMicrosPerStep: number | undefined;
}

export interface JournalResult {
  steps: number;
  inFlight: number;
  rounds: { engine: EngineRound; bareRowsPerSecond: number }[];
  /** Chunks that the engine wrote for one execution, start and end included. */
  chunksPerExecution: number;
  stepsPerSecond: Spread;
  bareRowsPerSecond: Spread;
  /** Journal rows per second of the engine, as a share of the bare loop's. */
  share: Spread;
}

export async function measureJournal(options: BenchOptions): Promise<JournalResult> {
  const world = await openEngineWorld([benchTrigger, benchEffect]);
  try {
    const version = world.createVersion('Journal', createChain(steps));
    await runChains(world.engine, version, 2);
    const rounds: JournalResult['rounds'] = [];
    const shares: number[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      console.error(`journal: round ${round} of ${options.rounds}`);
      const before = await countChunks(world.database);
      const engine = await measureEngine(world, version, options.seconds);
      const chunks = (await countChunks(world.database)) - before;
      const bareRowsPerSecond = await measureBareInsert(world.database, options.seconds);
      rounds.push({ engine, bareRowsPerSecond });
      shares.push(((chunks / engine.executions) * (engine.stepsPerSecond / steps)) / bareRowsPerSecond);
    }
    return {
      steps,
      inFlight,
      rounds,
      chunksPerExecution: await readChunksPerExecution(world.database),
      stepsPerSecond: spreadOf(rounds.map((round) => round.engine.stepsPerSecond)),
      bareRowsPerSecond: spreadOf(rounds.map((round) => round.bareRowsPerSecond)),
      share: spreadOf(shares),
    };
  } finally {
    await world.close();
  }
}

async function measureEngine(
  world: { engine: Engine; database: Database },
  version: VersionRecord,
  seconds: number,
): Promise<EngineRound> {
  const postgresPid = world.database.embedded!.pid!;
  const cpuBefore = process.cpuUsage();
  const postgresBefore = readCpuSeconds(listTree(postgresPid));
  const startedAt = performance.now();
  const executions = await runChains(world.engine, version, seconds);
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const postgresAfter = readCpuSeconds(listTree(postgresPid));
  const done = executions * steps;
  return {
    executions,
    stepsPerSecond: done / elapsedSeconds,
    serverCpuMicrosPerStep: (cpu.user + cpu.system) / done,
    postgresCpuMicrosPerStep:
      postgresBefore === undefined || postgresAfter === undefined
        ? undefined
        : ((postgresAfter - postgresBefore) * 1e6) / done,
  };
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
    const { rows } = await client.query<{ seq: number; project_id: string; records: unknown }>(
      'SELECT seq, project_id, records FROM journal ORDER BY execution_id DESC, seq LIMIT $1',
      [inFlight * steps],
    );
    const sample = rows.map((row) => ({ ...row, text: JSON.stringify(row.records) }));
    const endsAt = performance.now() + seconds * 1_000;
    const startedAt = performance.now();
    let inserted = 0;
    while (performance.now() < endsAt) {
      const batch = Array.from({ length: inFlight }, (_, lane) => sample[(inserted + lane) % sample.length]!);
      await client.query({
        name: 'bench-insert',
        text: `INSERT INTO bench_journal (execution_id, seq, project_id, fence, records)
               SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::bigint[], $5::json[])`,
        values: [
          batch.map(() => createUuid()),
          batch.map((row) => row.seq),
          batch.map((row) => row.project_id),
          batch.map(() => 1),
          batch.map((row) => row.text),
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
