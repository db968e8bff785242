/** Node types of the simulated world. What they give depends on their input alone, so that every course ends alike. */
import type { AnyNodeDefinition, BinaryRef, Item } from '@navette/contracts';
import { defineErrors, hashContent, type JsonObject } from '@navette/kit';
import { z } from 'zod';
import { testNodeBase } from '../testing/test-nodes.ts';
import type { OutsideWorld } from './outside-world.ts';

const errors = defineErrors({
  SIMULATED_REFUSAL: { kind: 'operational', status: 500, retry: 'default', message: 'Refused', help: '' },
  SIMULATED_FAILURE: { kind: 'user', status: 400, retry: 'never', message: 'Failed', help: '' },
});

// Made once: a schema costs more than a schedule.
const none = z.strictObject({});
/** `asks`: its node has a person say what became of a call that a crash cut off. */
const effectParameters = z.strictObject({ tookMs: z.number(), refusals: z.number(), asks: z.boolean() });
const passesParameters = z.strictObject({ size: z.number(), window: z.number() });
const napParameters = z.strictObject({ ms: z.number() });
const programParameters = z.strictObject({ source: z.string() });
const callParameters = z.strictObject({ workflowId: z.string(), awaitResult: z.boolean() });

/** A file whose content is that JSON; nobody stores it. */
function createFileRef(json: JsonObject): BinaryRef {
  const sha256 = hashContent(json);
  const artifactId = `art_${sha256.slice(0, 32)}`;
  return { artifactId, fileName: 'x.json', mediaType: 'application/json', sizeBytes: 1, sha256 };
}

/**
 * `owns` says whether the process that runs them owns an execution by the store's count.
 * Types: start, called, pass, hold, branch, join, effect, fail, nap, call, program, loop (batches in turn), each (side by
 * side).
 */
export function createSimulatedNodes(
  outside: OutsideWorld,
  owns: (executionId: string) => boolean,
): AnyNodeDefinition[] {
  return [
    { ...testNodeBase, kind: 'trigger', type: 'start', source: 'manual', parameters: none },
    { ...testNodeBase, kind: 'trigger', type: 'called', source: 'parent', parameters: none },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'pass',
      effect: 'pure',
      parameters: none,
      execute: (ctx) =>
        ctx.items.map((item, index) => ({
          json: { ...item.json, n: Number(item.json['n'] ?? 0) * 3 + 1, [ctx.node.id]: 'passed' },
          pairedItem: { item: index },
        })),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'hold',
      effect: 'pure',
      parameters: napParameters,
      async execute(ctx) {
        await ctx.sleep((ctx.parameters as z.output<typeof napParameters>).ms);
        return [...ctx.items];
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'branch',
      effect: 'pure',
      outputs: ['true', 'false'],
      parameters: none,
      execute(ctx) {
        const outputs: { true: Item[]; false: Item[] } = { true: [], false: [] };
        for (const item of ctx.items) outputs[Number(item.json['n'] ?? 0) % 2 ? 'true' : 'false'].push(item);
        return { outputs };
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'join',
      effect: 'pure',
      inputs: ['main', 'second'],
      parameters: none,
      execute: (ctx) => [...(ctx.inputs.get('main') ?? []), ...(ctx.inputs.get('second') ?? [])],
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'effect',
      effect: 'effect',
      parameters: effectParameters,
      async executeItem(ctx) {
        const { tookMs, refusals, asks } = ctx.parameters as z.output<typeof effectParameters>;
        const took = ctx.item.binary?.['data']?.sha256.slice(0, 8);
        const json = { ...ctx.item.json, [ctx.node.id]: 'done', ...(took === undefined ? {} : { took }) };
        const call = outside.begin(owns(ctx.execution.id), ctx.idempotencyKey, {
          node: ctx.node.id,
          item: JSON.stringify(ctx.item.json),
          asks,
          gives: json,
        });
        if (tookMs > 0) await ctx.sleep(tookMs);
        if (call.number <= refusals) throw errors.create('SIMULATED_REFUSAL');
        outside.complete(ctx.idempotencyKey);
        // Calls of programs give files, too. Whoever answers for an effect in doubt can give none.
        return ctx.node.id.startsWith('@') && !asks
          ? { json, binary: { data: createFileRef(json) } }
          : { json };
      },
    },
    ...(['loop', 'each'] as const).map(
      (type): AnyNodeDefinition => ({
        ...testNodeBase,
        kind: 'node',
        type,
        effect: 'pure',
        outputs: ['done', 'body'],
        parameters: passesParameters,
        execute: (ctx) => ctx.items.map((item, index) => ({ json: item.json, pairedItem: { item: index } })),
        passes: {
          port: 'body',
          plan(ctx) {
            const { size, window } = ctx.parameters as z.output<typeof passesParameters>;
            return { by: 'batches', size, window: type === 'loop' ? 1 : window, onFailure: 'stop' };
          },
        },
      }),
    ),
    {
      ...testNodeBase,
      kind: 'node',
      type: 'fail',
      effect: 'pure',
      parameters: none,
      execute() {
        throw errors.create('SIMULATED_FAILURE');
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'nap',
      effect: 'effect',
      parameters: napParameters,
      execute: (ctx) => ({
        suspend: 'until',
        wakeAtMs: ctx.now() + (ctx.parameters as z.output<typeof napParameters>).ms,
        outputs: { main: [...ctx.items] },
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'program',
      effect: 'pure',
      rawParameters: ['source'],
      literalParameters: ['source'],
      parameters: programParameters,
      program: (parameters) => ({
        language: 'javascript',
        ...(parameters as z.output<typeof programParameters>),
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'call',
      effect: 'effect',
      parameters: callParameters,
      execute: (ctx) => ({
        suspend: 'child',
        ...(ctx.parameters as z.output<typeof callParameters>),
        input: ctx.items.map((item) => item.json),
      }),
    },
  ];
}
