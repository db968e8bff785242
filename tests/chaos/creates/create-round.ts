/**
 * One round: keyed creates of every kind at once, a kill while they are at work, and the same creates again.
 *
 * 1. What was heard before a kill is what the repeats are answered with, to the letter.
 * 2. A create that nobody heard of is answered by a repeat, and by every one after it with the same.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type ApiClient, type KeyedAnswer, RefusedError } from '../api-client.ts';
import type { CrashServer, Victim } from '../crash-server.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { type Create, createCreate, createKinds, createRequest } from './create-kinds.ts';

export interface CreatePlan {
  creates: Create[];
  /** Names of those that two callers send at the same time. */
  doubled: ReadonlySet<string>;
  /** One for each time that all are sent and the server is killed. */
  kills: { victim: Victim; moment: { heard: number } | { afterMs: number } }[];
}

export interface CreateStage {
  server: CrashServer;
  api: ApiClient;
  /** What is started. */
  workflowId: string;
}

/** What is known of a create. */
export interface CreateOutcome {
  create: Create;
  /** Of the first answer that was heard. */
  body: KeyedAnswer['body'] | undefined;
  /** It was made before a kill, and only a repeat was told. */
  wasUnheard: boolean;
}

const perKind = 3;

export function planCreates(random: SeededRandom, round: number): CreatePlan {
  const creates = createKinds.flatMap((kind) =>
    Array.from({ length: perKind }, (_, index) =>
      createCreate(random, { kind, name: `round-${round}-${kind}-${index + 1}` }),
    ),
  );
  const doubled = new Set(creates.filter(() => random.chance(0.3)).map(({ name }) => name));
  const kills = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => ({
    victim: random.pick<Victim>(['server', 'server', 'everything']),
    moment: random.chance(0.7)
      ? { heard: random.integer(1, creates.length - 1) }
      : { afterMs: random.integer(0, 100) },
  }));
  return { creates, doubled, kills };
}

export function describeCreatePlan({ doubled, kills }: CreatePlan): string {
  const described = kills.map(({ victim, moment }) =>
    'heard' in moment ? `${victim} after ${moment.heard} answers` : `${victim} after ${moment.afterMs} ms`,
  );
  return `killed: ${described.join(', then ')}; ${doubled.size} doubled`;
}

export async function runCreateRound(
  stage: CreateStage,
  plan: CreatePlan,
): Promise<{ outcomes: CreateOutcome[]; problems: string[] }> {
  const problems: string[] = [];
  const outcomes = plan.creates.map(
    (create): CreateOutcome => ({ create, body: undefined, wasUnheard: false }),
  );
  const note = (outcome: CreateOutcome, answer: KeyedAnswer) => {
    const { name } = outcome.create;
    if (outcome.body === undefined) outcome.body = answer.body;
    else if (!isDeepStrictEqual(answer.body, outcome.body))
      problems.push(`${name}: answered with ${encode(outcome.body)} and then with ${encode(answer.body)}`);
  };
  for (const { victim, moment } of plan.kills) {
    let heard = 0;
    const reached = Promise.withResolvers<void>();
    const sent = outcomes.flatMap((outcome) => {
      const callers = plan.doubled.has(outcome.create.name) ? 2 : 1;
      return Array.from({ length: callers }, async () => {
        const answer = await sendUntilKilled(stage, outcome.create, problems);
        if (answer === undefined) return;
        note(outcome, answer);
        heard += 1;
        if ('heard' in moment && heard >= moment.heard) reached.resolve();
      });
    });
    const all = Promise.all(sent);
    await Promise.race([all, 'heard' in moment ? reached.promise : delay(moment.afterMs)]);
    await stage.server.kill(victim);
    await all;
    await stage.server.start();
  }
  for (const outcome of outcomes.filter(({ create }) => !create.isAbandoned)) {
    const wasHeard = outcome.body !== undefined;
    const first = await send(stage, outcome.create);
    outcome.wasUnheard = !wasHeard && first.isRepeat;
    note(outcome, first);
    const again = await send(stage, outcome.create);
    note(outcome, again);
    if (!again.isRepeat)
      problems.push(`${outcome.create.name}: a repeat was answered as if it was the first`);
  }
  return { outcomes, problems };
}

function send({ api, workflowId }: CreateStage, create: Create): Promise<KeyedAnswer> {
  const { path, body } = createRequest(create, workflowId);
  return api.create(path, body, create.name);
}

/** Nothing when the server died of it; an answer that it was refused is a problem. */
async function sendUntilKilled(
  stage: CreateStage,
  create: Create,
  problems: string[],
): Promise<KeyedAnswer | undefined> {
  try {
    return await send(stage, create);
  } catch (error) {
    if (error instanceof RefusedError) problems.push(`${create.name}: ${error.message}`);
    return undefined;
  }
}

function encode(body: object): string {
  return JSON.stringify(body);
}
