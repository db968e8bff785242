/** The node types of the programs that are killed at crash points (crash-programs.ts). */
import type { AnyNodeDefinition } from '@navette/contracts';
import { testNodeBase, testNodeErrors } from '@navette/engine/testing/nodes';
import { z } from 'zod';

const none = z.strictObject({});
const effectParameters = z.strictObject({
  fail: z.enum(['never', 'always', 'first', 'second item']).default('never'),
  tookMs: z.number().default(0),
});
const hearParameters = z.strictObject({ key: z.string().optional(), timeoutMs: z.number().optional() });

/** `noteCall`: told of every call of an effect, gives how often it was called under that key. */
export function createCrashNodes(noteCall: (key: string, node: string) => number): AnyNodeDefinition[] {
  return [
    { ...testNodeBase, kind: 'trigger', type: 'start', source: 'manual', parameters: none },
    { ...testNodeBase, kind: 'trigger', type: 'called', source: 'parent', parameters: none },
    { ...testNodeBase, kind: 'trigger', type: 'mended', source: 'error', parameters: z.looseObject({}) },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'effect',
      effect: 'effect',
      parameters: effectParameters,
      async executeItem(ctx) {
        const { fail, tookMs } = ctx.parameters as z.output<typeof effectParameters>;
        const calls = noteCall(ctx.idempotencyKey, ctx.node.id);
        if (tookMs > 0) await ctx.sleep(tookMs);
        if (fail === 'always' || (fail === 'second item' && ctx.item.json['n'] === 2))
          throw testNodeErrors.create('TEST_FATAL');
        if (fail === 'first' && calls === 1) throw testNodeErrors.create('TEST_BOOM');
        return { json: { ...ctx.item.json, [ctx.node.id]: 'done' } };
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'hang',
      effect: 'effect',
      parameters: none,
      execute: () => new Promise<never>(() => {}),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'nap',
      effect: 'pure',
      parameters: z.strictObject({ ms: z.number() }),
      execute: (ctx) => ({
        suspend: 'until',
        wakeAtMs: ctx.now() + (ctx.parameters as { ms: number }).ms,
        outputs: { main: [...ctx.items] },
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'hear',
      effect: 'pure',
      outputs: ['main', 'timeout'],
      parameters: hearParameters,
      execute(ctx) {
        const { key, timeoutMs } = ctx.parameters as z.output<typeof hearParameters>;
        return {
          suspend: 'signal',
          name: 'go',
          ...(key === undefined ? {} : { key }),
          ...(timeoutMs === undefined
            ? {}
            : { timeout: { atMs: ctx.now() + timeoutMs, rule: { port: 'timeout' } } }),
        };
      },
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'ask',
      effect: 'pure',
      outputs: ['approved', 'rejected'],
      parameters: none,
      execute: () => ({
        suspend: 'approval',
        request: { title: 'Go?', message: '', approvers: { role: 'operator', people: [] }, fields: [] },
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'call',
      effect: 'effect',
      parameters: z.strictObject({ workflowId: z.string() }),
      execute: (ctx) => ({
        suspend: 'child',
        workflowId: (ctx.parameters as { workflowId: string }).workflowId,
        awaitResult: true,
        input: ctx.items.map((item) => item.json),
      }),
    },
    {
      ...testNodeBase,
      kind: 'node',
      type: 'each',
      effect: 'pure',
      outputs: ['done', 'item'],
      parameters: none,
      execute: (ctx) => ctx.items.map((item, index) => ({ json: item.json, pairedItem: { item: index } })),
      passes: { port: 'item', plan: () => ({ by: 'batches', size: 1, window: 2, onFailure: 'stop' }) },
    },
  ];
}
