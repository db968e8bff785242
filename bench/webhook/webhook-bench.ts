/**
 * The same five-node flow as a durable workflow here, in Node-RED in memory, and as one hand-written Fastify handler.
 *
 * All three run at once and take turns under load, in an order that rotates from round to round, because the machine's
 * speed drifts: ratios are taken within a round. Every subject is warmed up first, gets the same requests from the same
 * load generator, and must give the right answers before and after. The executions that Navette stored are counted
 * against the answers that the generator saw.
 */
import type { BenchOptions } from '../arguments.ts';
import { chooseLoadGenerator, type LoadGenerator, type LoadResult } from '../load/generate-load.ts';
import { listTree, readCpuSeconds, readResidentMiB } from '../process-tree.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { assertAnswers, largeOrder, postOrder } from './order.ts';
import { startFastify } from './start-fastify.ts';
import { type NavetteSubject, startNavette } from './start-navette.ts';
import { startNodeRed } from './start-node-red.ts';
import { assertDurable, countStored, type Durability, type StoredCounts } from './stored-executions.ts';
import type { Subject } from './subject.ts';

const warmUpSeconds = 3;
const exactRequests = 2_000;
const exactLanes = 16;

export interface Measurement extends LoadResult {
  /** Of the server and everything it started, the database included. */
  cpuSecondsPerThousand: number | undefined;
  residentMiB: number | undefined;
}

export interface WebhookResult {
  method: { generator: string; seconds: number; rounds: number; body: object };
  subjects: { name: string; version: string; work: string }[];
  durability: Durability;
  stored: StoredCheck;
  loads: LoadFigures[];
}

/** What was measured with one number of connections. */
export interface LoadFigures {
  connections: number;
  /** By subject name, per round in the order they were measured. */
  rounds: Record<string, Measurement>[];
  ratios: { toNodeRed: Spread; toFastify: Spread };
}

export interface StoredCheck extends StoredCounts {
  /** 2xx answers that the generator and we saw. */
  answered: number;
  /** Requests that were in flight when a round ended: run, stored, and not counted as answered by the generator. */
  unseen: number;
}

export async function measureWebhook(options: BenchOptions): Promise<WebhookResult> {
  const started: Subject[] = [];
  const keep = <T extends Subject>(subject: T) => {
    started.push(subject);
    return subject;
  };
  try {
    const navette = keep(await startNavette());
    const subjects = [navette, keep(await startNodeRed()), keep(await startFastify())];
    return await measureSubjects({ options, navette, subjects });
  } finally {
    await Promise.all(started.map((subject) => subject.stop()));
  }
}

async function measureSubjects({
  options,
  navette,
  subjects,
}: {
  options: BenchOptions;
  navette: NavetteSubject;
  subjects: readonly Subject[];
}): Promise<WebhookResult> {
  const generator = chooseLoadGenerator();
  const durability = await assertDurable(navette.store);
  const before = await countStored(navette.store, 0);
  let answered = 0;
  const load = async (subject: Subject, plan: LoadLength) => {
    const measured = await measureLoad(generator, subject, plan);
    if (subject === navette) answered += measured.answers;
    return measured;
  };
  const most = Math.max(...options.connections);
  for (const subject of subjects) {
    console.error(`webhook: warming up ${subject.name} ${subject.version}`);
    await assertAnswers(subject.name, subject.url);
    await load(subject, { connections: most, seconds: warmUpSeconds });
  }
  const roundsOf = new Map(
    options.connections.map((connections) => [connections, [] as Record<string, Measurement>[]]),
  );
  for (let round = 0; round < options.rounds; round++) {
    for (const [connections, rounds] of roundsOf) {
      const results: Record<string, Measurement> = {};
      for (const [turn] of subjects.entries()) {
        const subject = subjects[(round + turn) % subjects.length]!;
        const measured = await load(subject, { connections, seconds: options.seconds });
        results[subject.name] = measured;
        console.error(
          `webhook: round ${round + 1} of ${options.rounds}, ${connections} connections, ${subject.name}: ${Math.round(measured.perSecond)}/s`,
        );
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      rounds.push(results);
    }
  }
  for (const subject of subjects) await assertAnswers(subject.name, subject.url);
  const stored = await checkStored({
    navette,
    before: before.executions,
    answered: answered + 4,
    mostUnseen: most + options.rounds * options.connections.reduce((sum, count) => sum + count, 0),
  });
  return {
    method: {
      generator: generator.name,
      seconds: options.seconds,
      rounds: options.rounds,
      body: largeOrder,
    },
    subjects: subjects.map(({ name, version, work }) => ({ name, version, work })),
    durability,
    stored,
    loads: [...roundsOf].map(([connections, rounds]) => ({
      connections,
      rounds,
      ratios: { toNodeRed: ratioOf(rounds, 'Node-RED'), toFastify: ratioOf(rounds, 'Fastify') },
    })),
  };
}

interface LoadLength {
  connections: number;
  seconds: number;
}

async function measureLoad(
  generator: LoadGenerator,
  subject: Subject,
  { connections, seconds }: LoadLength,
): Promise<Measurement> {
  const before = readCpuSeconds(listTree(subject.pid));
  const body = JSON.stringify(largeOrder);
  const result = await generator.run({ url: subject.url, body, connections, seconds });
  const after = readCpuSeconds(listTree(subject.pid));
  if (result.failures > 0) throw new Error(`${subject.name}: ${result.failures} requests failed`);
  return {
    ...result,
    cpuSecondsPerThousand:
      before === undefined || after === undefined ? undefined : ((after - before) * 1_000) / result.answers,
    residentMiB: readResidentMiB(subject.pid),
  };
}

/**
 * The generator drops what is in flight at the end of a round, so its count is exact only up to that: at most one
 * request for each connection and round. A fixed number of requests whose answers are all read is counted exactly.
 */
async function checkStored({
  navette,
  before,
  answered,
  mostUnseen,
}: {
  navette: NavetteSubject;
  before: number;
  answered: number;
  mostUnseen: number;
}): Promise<StoredCheck> {
  const first = await countStored(navette.store, 0);
  const unseen = first.executions - before - answered;
  if (unseen < 0 || unseen > mostUnseen)
    throw new Error(`${answered} answers, but ${first.executions - before} executions are stored`);
  await Promise.all(Array.from({ length: exactLanes }, (_, lane) => sendExact(navette, lane)));
  const counts = await countStored(navette.store, 4);
  const added = counts.executions - first.executions;
  if (added !== exactRequests)
    throw new Error(`${exactRequests} answers, but ${added} executions are stored`);
  if (counts.succeeded !== counts.executions || counts.complete !== counts.executions)
    throw new Error(`Not every execution is stored with all its steps: ${JSON.stringify(counts)}`);
  return { ...counts, answered: answered + exactRequests, unseen };
}

/** Every so-manieth of the exact requests, each answer checked. */
async function sendExact(navette: Subject, lane: number): Promise<void> {
  for (let number = lane; number < exactRequests; number += exactLanes) {
    const response = await postOrder(navette.url, { ...largeOrder, customer: `Customer ${number}` });
    const answer = (await response.json()) as { customer?: string };
    if (response.status !== 200 || answer.customer !== `Customer ${number}`)
      throw new Error(`Request ${number} was answered ${response.status} ${JSON.stringify(answer)}`);
  }
}

function ratioOf(rounds: readonly Record<string, Measurement>[], other: string): Spread {
  return spreadOf(rounds.map((round) => round['Navette']!.perSecond / round[other]!.perSecond));
}
