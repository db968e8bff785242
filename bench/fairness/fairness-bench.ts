/**
 * Nine projects on one worker, one of them with 100 times the load of the others and more than the worker can take.
 * Each round runs the quiet ones alone, then all: once with starts that know nothing of each other (gaps of a Poisson
 * process), and once with those of all quiet ones at the same moments, eight for eight places. Executions hold a place for a
 * fixed time without using the CPU, so that the order of claims decides, not the machine.
 */
import type { Engine, VersionRecord } from '@navette/engine';
import { createUuid } from '@navette/kit';
import type { BenchOptions } from '../arguments.ts';
import { type EngineWorld, openEngineWorld } from '../engine/engine-world.ts';
import { benchTrigger } from '../journal/effect-chain.ts';
import { percentileOf, type Spread, spreadOf } from '../statistics.ts';
import { createSleeper, sleepNode } from './sleep-node.ts';

const places = 8;
const holdMs = 50;
const quietCount = 8;
const quietPerSecond = 3;
const loudFactor = 100;
const tickMs = 10;

export const arrivals = ['independent', 'together'] as const;
type Arrivals = (typeof arrivals)[number];

interface FairnessRound {
  idleP95Ms: number;
  loadedP95Ms: number;
  /** Of what each project got, as a share of what it may have: its demand, or for the loud one what the others leave. */
  jain: number;
  loudPerSecond: number;
}

export interface FairnessResult {
  places: number;
  holdMs: number;
  quietCount: number;
  quietPerSecond: number;
  loudFactor: number;
  byArrivals: Record<Arrivals, FairnessFigures>;
}

export interface FairnessFigures {
  rounds: FairnessRound[];
  idleP95Ms: Spread;
  loadedP95Ms: Spread;
  ratio: Spread;
  jain: Spread;
}

export async function measureFairness(options: BenchOptions): Promise<FairnessResult> {
  const world = await openEngineWorld([benchTrigger, sleepNode], { maxActive: places });
  try {
    const rounds: Record<Arrivals, FairnessRound[]> = { independent: [], together: [] };
    for (let round = 0; round < options.rounds; round++) {
      for (const kind of arrivals) {
        console.error(`fairness: round ${round + 1} of ${options.rounds}, starts ${kind}`);
        rounds[kind].push(await measureRound(world, options.seconds, kind));
      }
    }
    return {
      ...{ places, holdMs, quietCount, quietPerSecond, loudFactor },
      byArrivals: {
        independent: summarize(rounds.independent),
        together: summarize(rounds.together),
      },
    };
  } finally {
    await world.close();
  }
}

function summarize(rounds: FairnessRound[]): FairnessFigures {
  return {
    rounds,
    idleP95Ms: spreadOf(rounds.map((round) => round.idleP95Ms)),
    loadedP95Ms: spreadOf(rounds.map((round) => round.loadedP95Ms)),
    ratio: spreadOf(rounds.map((round) => round.loadedP95Ms / round.idleP95Ms)),
    jain: spreadOf(rounds.map((round) => round.jain)),
  };
}

interface Load {
  version: VersionRecord;
  perSecond: number;
}

async function measureRound(world: EngineWorld, seconds: number, kind: Arrivals): Promise<FairnessRound> {
  const createLoad = (name: string, perSecond: number): Load => {
    const definition = createSleeper(benchTrigger.type, holdMs);
    return { version: world.createVersion(name, definition, createUuid()), perSecond };
  };
  const quiet = Array.from({ length: quietCount }, (_, index) =>
    createLoad(`Quiet ${index + 1}`, quietPerSecond),
  );
  const loud = createLoad('Loud', quietPerSecond * loudFactor);
  await applyLoad(world.engine, { loads: quiet, seconds, kind });
  const idle = await readSojourns(world, quiet);
  await clear(world);
  const asked = await applyLoad(world.engine, { loads: [...quiet, loud], seconds, kind });
  const loaded = await readSojourns(world, quiet);
  const served = await countServed(world, [...quiet, loud], seconds);
  await clear(world);
  return {
    idleP95Ms: percentileOf(idle, 0.95),
    loadedP95Ms: percentileOf(loaded, 0.95),
    jain: readJain(served, asked),
    loudPerSecond: served.at(-1)! / seconds,
  };
}

/** Starts executions at a rate, whatever becomes of them; the quiet ones have ended when it resolves. Gives how many. */
async function applyLoad(
  engine: Engine,
  { loads, seconds, kind }: { loads: readonly Load[]; seconds: number; kind: Arrivals },
): Promise<number[]> {
  const gap = ({ perSecond }: Load) =>
    (1_000 / perSecond) * (kind === 'together' ? 1 : -Math.log(1 - Math.random()));
  const dueAt = loads.map(gap);
  const started: Promise<unknown>[] = [];
  const counts = loads.map(() => 0);
  const begin = performance.now();
  for (let at = 0; at < seconds * 1_000; at += tickMs) {
    loads.forEach((load, index) => {
      const { version } = load;
      for (; dueAt[index]! <= at; dueAt[index]! += gap(load)) {
        const request = { projectId: version.projectId, version, triggerNodeId: 'start', items: [] };
        started.push(engine.start({ ...request, mode: 'api' }));
        counts[index]! += 1;
      }
    });
    const pauseMs = begin + at + tickMs - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, pauseMs)));
  }
  await Promise.all(started);
  return counts;
}

/** From being accepted to the end, in milliseconds, ascending. */
async function readSojourns({ database }: EngineWorld, loads: readonly Load[]): Promise<number[]> {
  const projectIds = loads.map(({ version }) => version.projectId);
  for (;;) {
    const { rows } = await database.pool.query<{ ms: number | null }>(
      `SELECT (extract(epoch FROM finished_at - created_at) * 1000)::float8 AS ms FROM executions
       WHERE project_id = ANY ($1::uuid[]) ORDER BY 1`,
      [projectIds],
    );
    if (rows.every((row) => row.ms !== null)) return rows.map((row) => row.ms!);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Executions of each project that began while the load lasted. */
async function countServed(
  { database }: EngineWorld,
  loads: readonly Load[],
  seconds: number,
): Promise<number[]> {
  const { rows } = await database.pool.query<{ served: number }>(
    `SELECT (SELECT count(*)::int FROM executions e WHERE e.project_id = p.id AND e.started_at <= w.since + make_interval(secs => $2))
       AS served
     FROM unnest($1::uuid[]) WITH ORDINALITY AS p(id, n),
       (SELECT min(created_at) AS since FROM executions) w
     ORDER BY p.n`,
    [loads.map(({ version }) => version.projectId), seconds],
  );
  return rows.map((row) => row.served);
}

/** Jain's index of served / entitled: 1 when all get the same share of what is theirs. */
function readJain(served: readonly number[], asked: readonly number[]): number {
  const total = served.reduce((sum, count) => sum + count, 0);
  const quietAsked = asked.slice(0, quietCount).reduce((sum, count) => sum + count, 0);
  const shares = served.map(
    (count, index) => count / (index < quietCount ? asked[index]! : total - quietAsked),
  );
  const sum = shares.reduce((all, share) => all + share, 0);
  const squares = shares.reduce((all, share) => all + share * share, 0);
  return (sum * sum) / (shares.length * squares);
}

/** Forgets what is left, so that the next part begins with an empty queue. */
async function clear({ database, engine }: EngineWorld): Promise<void> {
  await database.pool.query(`DELETE FROM executions WHERE status = 'queued'`);
  while (engine.active > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await database.pool.query('DELETE FROM executions');
  await database.pool.query('DELETE FROM journal');
}
