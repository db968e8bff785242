/**
 * Steps that attack the server with their code, one after the other, on each engine. Meanwhile somebody asks for the
 * health, again and again, and others have a light workflow run. What is measured is what they feel of it: how long the
 * answers take, and how far the attack got over its limit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowDefinitionInput } from '@navette/contracts';
import type { BenchOptions } from '../arguments.ts';
import { publishFirstWorkflow, startNavetteServer } from '../navette-server.ts';
import type { OwnerSession } from '../owner-session.ts';
import { percentileOf } from '../statistics.ts';
import {
  type Attack,
  type AttackedEngine,
  attackedEngines,
  attacks,
  createAttack,
  createCalmStep,
  endsAsItMust,
  lightPath,
  lightWorkflow,
  sourceFor,
} from './attacks.ts';

const patienceMs = 180_000;
/** Between two questions for the health; the next one is asked when the last one was answered. */
const healthPauseMs = 5;
const statusPauseMs = 50;
const calmMs = 3_000;

export interface Felt {
  /** Answers of the health, in milliseconds. */
  health: { count: number; p50: number; p99: number; worst: number };
  light: { count: number; p50: number; worst: number };
}

export interface AttackRow extends Felt {
  engine: AttackedEngine;
  attack: string;
  code: string;
  /** What was used over what is allowed, as the error says; the highest of the rounds. Undefined: no number is in it. */
  overshoot: number | undefined;
}

export interface AttackResult {
  rounds: number;
  /** Engines that this machine cannot run, and why. */
  skipped: { engine: AttackedEngine; reason: string }[];
  /** Without any attack. */
  calm: Felt;
  rows: AttackRow[];
}

interface Ended {
  status: string;
  error?: { code: string; message: string } | null;
}

export async function measureAttack(options: BenchOptions): Promise<AttackResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-attack-'));
  const env = { NAVETTE_CODE_ALLOW_WITHOUT_JAIL: 'true' };
  const server = await startNavetteServer(dataDir, { env });
  try {
    const { owner } = await publishFirstWorkflow(server, { name: 'Light', definition: lightWorkflow });
    const world = { owner, url: server.url };
    await feel(world, () => sleep(calmMs));
    const calm = describeFelt(await feel(world, () => sleep(calmMs)));
    const skipped: AttackResult['skipped'] = [];
    const rows: AttackRow[] = [];
    for (const engine of attackedEngines) {
      const { error, status } = await run(owner, `Calm ${engine}`, createCalmStep(engine));
      if (status !== 'succeeded') {
        if (error?.code !== 'SANDBOX_UNAVAILABLE') throw new Error(`${engine}: ${error?.message}`);
        skipped.push({ engine, reason: error.message });
        continue;
      }
      for (const attack of attacks) {
        if (sourceFor(attack, engine) !== undefined)
          rows.push(await measureOne(world, attack, engine, options.rounds));
      }
    }
    return { rounds: options.rounds, skipped, calm, rows };
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface World {
  owner: OwnerSession;
  url: string;
}

async function measureOne(
  world: World,
  attack: Attack,
  engine: AttackedEngine,
  rounds: number,
): Promise<AttackRow> {
  console.error(`attack: ${engine}, ${attack.name}`);
  const all: Samples = { health: [], light: [] };
  const overshoots: number[] = [];
  let code = '';
  for (let round = 0; round < rounds; round++) {
    let ended: Ended | undefined;
    const samples = await feel(world, async () => {
      ended = await run(world.owner, `${engine}: ${attack.name}`, createAttack(attack, engine));
    });
    const { error, status } = ended!;
    if (!endsAsItMust(attack, status, error?.code))
      throw new Error(`${engine}, ${attack.name}: it ${status} with ${error?.code}: ${error?.message}`);
    code = error?.code ?? status;
    const ratio = error ? readOvershoot(error.message) : undefined;
    if (ratio !== undefined) overshoots.push(ratio);
    all.health.push(...samples.health);
    all.light.push(...samples.light);
  }
  const overshoot = overshoots.length > 0 ? Math.max(...overshoots) : undefined;
  return { engine, attack: attack.name, code, overshoot, ...describeFelt(all) };
}

interface Samples {
  health: number[];
  light: number[];
}

/** What the others feel while `act` is at work, and in their first turns in any case. */
async function feel({ url }: World, act: () => Promise<unknown>): Promise<Samples> {
  const samples: Samples = { health: [], light: [] };
  let over = false;
  const acting = act().finally(() => {
    over = true;
  });
  const health = async () => {
    for (let turn = 0; !over || turn < 2; turn++) {
      const path = turn % 10 === 0 ? '/api/v1/health/ready' : '/api/v1/health/live';
      samples.health.push(await time(() => ask(`${url}${path}`)));
      await sleep(healthPauseMs);
    }
  };
  const light = async () => {
    for (let turn = 0; !over || turn < 2; turn++)
      samples.light.push(await time(() => ask(`${url}/webhook/${lightPath}`, 'POST')));
  };
  await Promise.all([acting, health(), light()]);
  return samples;
}

async function ask(url: string, method = 'GET'): Promise<void> {
  const response = await fetch(url, { method });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${method} ${url}: ${response.status} ${text}`);
}

async function time(act: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

async function run(owner: OwnerSession, name: string, definition: WorkflowDefinitionInput): Promise<Ended> {
  const { id } = await owner.post<{ id: string }>('/api/v1/workflows', { name, definition });
  const { executionId } = await owner.post<{ executionId: string }>(`/api/v1/workflows/${id}/run`, {});
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const ended = await owner.get<Ended>(`/api/v1/executions/${executionId}`);
    if (['succeeded', 'failed', 'cancelled'].includes(ended.status)) return ended;
    if (Date.now() > deadline) throw new Error(`${name} is ${ended.status} after ${patienceMs} ms`);
    await sleep(statusPauseMs);
  }
}

/** "… was stopped after 1003 ms of computing; it may use 1000 ms …": the two numbers of an error of time. */
function readOvershoot(message: string): number | undefined {
  const found = /stopped after ([\d.]+) ms.*?; it may (?:take|use) ([\d.]+) ms/.exec(message);
  return found ? Number(found[1]) / Number(found[2]) : undefined;
}

function describeFelt({ health, light }: Samples): Felt {
  const asked = health.toSorted((a, b) => a - b);
  const ran = light.toSorted((a, b) => a - b);
  return {
    health: {
      count: asked.length,
      p50: percentileOf(asked, 0.5),
      p99: percentileOf(asked, 0.99),
      worst: asked.at(-1)!,
    },
    light: { count: ran.length, p50: percentileOf(ran, 0.5), worst: ran.at(-1)! },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
