/**
 * Code steps: chains of them through the real server, against the same work in this process; what one step costs over
 * its work, with a warm runner; and 100,000 items through a one-line map.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodePort, Item } from '@navette/contracts';
import {
  CodeEngines,
  createCodePort,
  createFixedPolicies,
  createQuickJsEngine,
  createV8Engine,
} from '@navette/sandbox';
import { code } from '../../packages/nodes/src/code/index.ts';
import type { BenchOptions } from '../arguments.ts';
import { publishFirstWorkflow, startNavetteServer } from '../navette-server.ts';
import type { OwnerSession } from '../owner-session.ts';
import { percentileOf, type Spread, spreadOf } from '../statistics.ts';
import { type Chain, computeFibonacci, createChain } from './chain-workflow.ts';
import { createStepContext } from './step-context.ts';

const engines = ['quickjs', 'v8'] as const;
type Engine = (typeof engines)[number];

const chains: Record<'light' | 'lightV8' | 'heavy', Chain> = {
  light: { path: 'light', engine: 'quickjs', steps: 40, n: 10 },
  lightV8: { path: 'light-v8', engine: 'v8', steps: 40, n: 10 },
  heavy: { path: 'heavy', engine: 'v8', steps: 10, n: 33 },
};
const overheadRuns = 300;
const defaultItems = 100_000;

export interface CodeResult {
  /** What the server says of its engines. */
  engines: string;
  /** Milliseconds from the request to its answer. */
  lightMs: Spread;
  lightV8Ms: Spread;
  heavyMs: Spread;
  /** The ten fibonacci(33) in this process. */
  bareHeavyMs: Spread;
  /** Server over bare, round by round. */
  heavyRatio: Spread;
  /** Of one step over its work, in milliseconds. */
  overhead: Record<Engine, { p50: number; p95: number }>;
  items: number;
  mapMs: Record<Engine, Spread>;
}

export async function measureCode(options: BenchOptions): Promise<CodeResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'navette-bench-code-'));
  // Where this machine has a jail, V8 runs in it all the same.
  const env = { NAVETTE_CODE_ALLOW_WITHOUT_JAIL: 'true' };
  const server = await startNavetteServer(dataDir, { env });
  try {
    const { owner } = await publishFirstWorkflow(server, {
      name: 'light',
      definition: createChain(chains.light),
    });
    for (const chain of [chains.lightV8, chains.heavy]) await publish(owner, chain);
    const through = await measureChains(server.url, options.rounds);
    return { engines: await readEngines(server.url), ...through, ...(await measureSteps(options)) };
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function publish(owner: OwnerSession, chain: Chain): Promise<void> {
  const workflow = { name: chain.path, definition: createChain(chain) };
  const { id } = await owner.post<{ id: string }>('/api/v1/workflows', workflow);
  await owner.post(`/api/v1/workflows/${id}/publish`, {});
}

async function measureChains(url: string, rounds: number) {
  const times = {
    light: [] as number[],
    lightV8: [] as number[],
    heavy: [] as number[],
    bare: [] as number[],
  };
  for (const chain of Object.values(chains)) await callChain(url, chain);
  for (let round = 1; round <= rounds; round++) {
    console.error(`code: round ${round} of ${rounds}`);
    times.light.push(await callChain(url, chains.light));
    times.lightV8.push(await callChain(url, chains.lightV8));
    times.heavy.push(await callChain(url, chains.heavy));
    times.bare.push(computeBare());
  }
  return {
    lightMs: spreadOf(times.light),
    lightV8Ms: spreadOf(times.lightV8),
    heavyMs: spreadOf(times.heavy),
    bareHeavyMs: spreadOf(times.bare),
    heavyRatio: spreadOf(times.heavy.map((ms, round) => ms / times.bare[round]!)),
  };
}

async function callChain(url: string, { n, path }: Chain): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/webhook/${path}`, { method: 'POST' });
  const text = await response.text();
  const elapsedMs = performance.now() - startedAt;
  if (!response.ok || !text.includes(`${computeFibonacci(n)}`))
    throw new Error(`The chain ${path} ended wrongly: ${response.status} ${text}`);
  return elapsedMs;
}

function computeBare(): number {
  const { n, steps } = chains.heavy;
  const startedAt = performance.now();
  for (let step = 0; step < steps; step++) computeFibonacci(n);
  return performance.now() - startedAt;
}

async function readEngines(url: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(`${url}/api/v1/health/ready`);
    const { checks } = (await response.json()) as { checks: { name: string; detail: string }[] };
    const detail = checks.find(({ name }) => name === 'code')?.detail ?? '';
    if (detail.includes('QuickJS') || tries > 20) return detail;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function measureSteps(
  options: BenchOptions,
): Promise<Pick<CodeResult, 'overhead' | 'items' | 'mapMs'>> {
  const open = new CodeEngines(
    new Map([
      ['quickjs', () => createQuickJsEngine()],
      ['v8', () => createV8Engine({ withoutJail: 'allow' })],
    ]),
  );
  const { signal } = new AbortController();
  const port = createCodePort({
    engines: open,
    policies: createFixedPolicies(),
    http: { request: () => Promise.reject(new Error('No network here')) },
    step: { projectId: 'bench', versionId: 'bench', signal },
  });
  const items = options.count ?? defaultItems;
  try {
    console.error('code: one step over its work');
    const overhead = {
      quickjs: await measureOverhead(port, 'quickjs'),
      v8: await measureOverhead(port, 'v8'),
    };
    console.error(`code: ${items} items through a map`);
    const mapMs = {
      quickjs: await measureMap(port, 'quickjs', items, options.rounds),
      v8: await measureMap(port, 'v8', items, options.rounds),
    };
    return { overhead, items, mapMs };
  } finally {
    await open.close();
  }
}

async function measureOverhead(port: CodePort, engine: Engine): Promise<{ p50: number; p95: number }> {
  const context = createStepContext(port, { engine, source: 'return { value: 1 };' }, [{ json: {} }]);
  const times: number[] = [];
  for (let run = -20; run < overheadRuns; run++) {
    const startedAt = performance.now();
    const made = (await code.execute!(context)) as Item[];
    if (run >= 0) times.push(performance.now() - startedAt);
    if (made[0]?.json['value'] !== 1) throw new Error('A step ended wrongly');
  }
  times.sort((a, b) => a - b);
  return { p50: percentileOf(times, 0.5), p95: percentileOf(times, 0.95) };
}

async function measureMap(port: CodePort, engine: Engine, count: number, rounds: number): Promise<Spread> {
  const items = Array.from({ length: count }, (_, n) => ({ json: { n, name: `Item ${n}` } }));
  const source = 'return $input.all().map(({ json }) => ({ json: { ...json, double: json.n * 2 } }));';
  const context = createStepContext(port, { engine, source }, items);
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now();
    const made = (await code.execute!(context)) as Item[];
    if (round > 0) times.push(performance.now() - startedAt);
    if (made.length !== count || made.at(-1)?.json['double'] !== 2 * (count - 1))
      throw new Error('A map ended wrongly');
  }
  return spreadOf(times);
}
