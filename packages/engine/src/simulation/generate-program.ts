/** Programs for the simulation: random graphs of its node types, with what calls them. */
import { type WorkflowDefinition, workflowDefinitionSchema } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import type { Random } from './random.ts';

export interface SimulatedWorkflow {
  workflowId: string;
  versionId: string;
  definition: WorkflowDefinition;
  /** It ends in a failure, by itself or in what it calls: which of its branches come how far is then left open. */
  fails: boolean;
}

export interface SimulatedProgram {
  workflows: SimulatedWorkflow[];
  /** Workflow by index, and its input. */
  starts: { workflow: number; items: { n: number }[] }[];
}

const kinds = [
  'pass',
  'pass',
  'branch',
  'join',
  'effect',
  'effect',
  'effect',
  'nap',
  'call',
  'fail',
] as const;

/** The first workflow calls none; each later one may call those before it. */
export function generateProgram(random: Random, createId: () => string): SimulatedProgram {
  const workflows: SimulatedWorkflow[] = [];
  const count = random.between(1, 3);
  for (let index = 0; index < count; index++) workflows.push(generateWorkflow(random, createId, workflows));
  const starts = Array.from({ length: random.between(1, 3) }, () => ({
    workflow: random.below(count),
    items: Array.from({ length: random.between(1, 3) }, (_, n) => ({ n: n + random.below(4) })),
  }));
  return { workflows, starts };
}

function generateWorkflow(
  random: Random,
  createId: () => string,
  callable: readonly SimulatedWorkflow[],
): SimulatedWorkflow {
  const chosen = Array.from({ length: random.between(1, 7) }, () => chooseKind(random, callable));
  let fails = false;
  const nodes = chosen.map((kind, index) => {
    const { parameters, settings, broken } = generateNode(random, kind, callable);
    fails ||= broken;
    return { id: `n${index}`, name: `n${index}`, type: kind, parameters, settings };
  });
  const edges: object[] = [];
  const known = new Set<string>();
  const links = random.between(chosen.length, chosen.length * 2);
  for (let i = 0; i < links; i++) {
    const to = i < chosen.length ? i : random.below(chosen.length);
    const from = random.below(to + 1) - 1;
    const edge = {
      from: from < 0 ? 'start' : `n${from}`,
      fromPort: portOf(random, from < 0 ? 'start' : chosen[from]!),
      to: `n${to}`,
      toPort: chosen[to] === 'join' && random.chance(0.5) ? 'second' : 'main',
    };
    const name = JSON.stringify(edge);
    if (!known.has(name)) edges.push(edge);
    known.add(name);
  }
  // Both triggers lead to the same graph: one for starts, one for calls.
  const fromStart = edges.filter((edge) => (edge as { from: string }).from === 'start');
  for (const edge of fromStart) edges.push({ ...edge, from: 'called' });
  const definition = workflowDefinitionSchema.parse({
    nodes: [
      { id: 'start', name: 'start', type: 'start' },
      { id: 'called', name: 'called', type: 'called' },
      ...nodes,
    ],
    edges,
    settings: {
      durability: random.chance(0.2) ? 'full' : 'effects',
      executionOrder: random.chance(0.25) ? 'sequential' : 'parallel',
    },
  });
  return { workflowId: createId(), versionId: createId(), definition, fails };
}

type Kind = (typeof kinds)[number];

function chooseKind(random: Random, callable: readonly SimulatedWorkflow[]): Kind {
  const kind = random.pick(kinds);
  return kind === 'call' && callable.length === 0 ? 'effect' : kind;
}

function generateNode(
  random: Random,
  kind: Kind,
  callable: readonly SimulatedWorkflow[],
): { parameters: object; settings: object; broken: boolean } {
  switch (kind) {
    case 'effect': {
      const refusals = random.chance(0.3) ? random.between(1, 2) : 0;
      // Enough for the refusals; a call that a crash cut off counts as one of them.
      const retry = { maxAttempts: refusals + 1, delayMs: random.pick([10, 500, 2_500]), jitter: 0.2 };
      const tookMs = random.pick([0, 0, 5, 200, 1_500]);
      return {
        parameters: { tookMs, refusals },
        settings: refusals > 0 ? { retry } : {},
        broken: false,
      };
    }
    case 'nap':
      return { parameters: { ms: random.pick([1, 900, 3_000, 6_000]) }, settings: {}, broken: false };
    case 'call': {
      const called = random.pick(callable);
      const awaitResult = random.chance(0.7);
      const onError = awaitResult && random.chance(0.5) ? 'continue' : 'stop';
      return {
        parameters: { workflowId: encodeId('workflow', called.workflowId), awaitResult },
        settings: { onError },
        broken: called.fails,
      };
    }
    case 'fail': {
      const onError = random.chance(0.85) ? 'continue' : 'stop';
      return { parameters: {}, settings: { onError }, broken: onError === 'stop' };
    }
    default:
      return { parameters: {}, settings: {}, broken: false };
  }
}

function portOf(random: Random, kind: string): string {
  if (kind === 'branch') return random.pick(['true', 'false']);
  return 'main';
}
