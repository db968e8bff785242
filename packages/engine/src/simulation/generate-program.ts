/** Programs for the simulation: random graphs of its node types, with what calls them. */
import { type WorkflowDefinition, workflowDefinitionSchema } from '@navette/contracts';
import { encodeId } from '@navette/kit';
import { generateStatements } from './generated-code.ts';
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
  'loop',
  'each',
  'program',
] as const;
type Kind = (typeof kinds)[number];

/** Bodies in bodies. */
const deepest = 2;

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
  const graph = new GraphBuilder(random, callable);
  graph.grow({ from: 'start', fromPort: 'main' }, { prefix: 'n', size: random.between(1, 7), depth: 0 });
  // Both triggers lead to the same graph: one for starts, one for calls.
  const fromStart = graph.edges.filter((edge) => edge.from === 'start');
  for (const edge of fromStart) graph.edges.push({ ...edge, from: 'called' });
  const definition = workflowDefinitionSchema.parse({
    nodes: [
      { id: 'start', name: 'start', type: 'start' },
      { id: 'called', name: 'called', type: 'called' },
      ...graph.nodes,
    ],
    edges: graph.edges,
    settings: {
      durability: random.chance(0.2) ? 'full' : 'effects',
      executionOrder: random.chance(0.25) ? 'sequential' : 'parallel',
    },
  });
  return { workflowId: createId(), versionId: createId(), definition, fails: graph.fails };
}

interface Edge {
  from: string;
  fromPort: string;
  to: string;
  toPort: string;
}

class GraphBuilder {
  readonly nodes: object[] = [];
  readonly edges: Edge[] = [];
  fails = false;
  readonly #random: Random;
  readonly #callable: readonly SimulatedWorkflow[];
  readonly #known = new Set<string>();

  constructor(random: Random, callable: readonly SimulatedWorkflow[]) {
    this.#random = random;
    this.#callable = callable;
  }

  /** Nodes behind an output, each of them reached from it. Gives the last one. */
  grow(
    entry: { from: string; fromPort: string },
    { prefix, size, depth }: { prefix: string; size: number; depth: number },
  ): { id: string; kind: Kind } {
    const random = this.#random;
    const chosen = Array.from({ length: size }, () => chooseKind(random, this.#callable, depth));
    for (const [index, kind] of chosen.entries()) this.#addNode(`${prefix}${index}`, kind);
    const links = random.between(size, size * 2);
    for (let i = 0; i < links; i++) {
      const to = i < size ? i : random.below(size);
      const from = random.below(to + 1) - 1;
      const source = from < 0 ? entry : { from: `${prefix}${from}`, fromPort: portOf(random, chosen[from]!) };
      const toPort = chosen[to] === 'join' && random.chance(0.5) ? 'second' : 'main';
      this.#addEdge({ ...source, to: `${prefix}${to}`, toPort });
    }
    chosen.forEach((kind, index) => {
      if (kind === 'loop' || kind === 'each') this.#addBody(`${prefix}${index}`, depth + 1);
    });
    return { id: `${prefix}${size - 1}`, kind: chosen[size - 1]! };
  }

  #addNode(id: string, kind: Kind): void {
    const { parameters, settings, broken } = generateNode(this.#random, kind, this.#callable);
    this.fails ||= broken;
    this.nodes.push({ id, name: id, type: kind, parameters, settings });
  }

  #addBody(loop: string, depth: number): void {
    const random = this.#random;
    const last = this.grow(
      { from: loop, fromPort: 'body' },
      { prefix: `${loop}x`, size: random.between(1, 3), depth },
    );
    this.#addEdge({ from: last.id, fromPort: portOf(random, last.kind), to: loop, toPort: 'main' });
  }

  #addEdge(edge: Edge): void {
    const name = JSON.stringify(edge);
    if (!this.#known.has(name)) this.edges.push(edge);
    this.#known.add(name);
  }
}

function chooseKind(random: Random, callable: readonly SimulatedWorkflow[], depth: number): Kind {
  const kind = random.pick(kinds);
  if ((kind === 'loop' || kind === 'each') && depth >= deepest) return 'effect';
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
      const asks = random.chance(0.3);
      return {
        parameters: { tookMs, refusals, asks },
        settings: { ...(refusals > 0 ? { retry } : {}), ...(asks ? { afterCrash: 'ask' } : {}) },
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
    case 'loop':
    case 'each':
      return {
        parameters: { size: random.between(1, 2), window: random.between(1, 3) },
        settings: {},
        broken: false,
      };
    case 'program': {
      const generateCall = (called: 'effect' | 'pass' | 'nap' | 'call') => {
        const usable = callable.filter((workflow) => !workflow.fails);
        if (called === 'call' && usable.length === 0) return undefined;
        return generateNode(random, called, called === 'call' ? usable : callable);
      };
      const source = JSON.stringify(generateStatements(random, generateCall));
      return { parameters: { source }, settings: {}, broken: false };
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
  return kind === 'loop' || kind === 'each' ? 'done' : 'main';
}
