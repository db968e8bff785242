/** Node types that wait for messages, and one that sends them. */
import type { AnyNodeDefinition, Suspension, TimeoutRule } from '@navette/contracts';
import type { Clock, JsonObject } from '@navette/kit';
import { z } from 'zod';

const text = { en: 'x', fr: 'x' };
const base = {
  version: 1,
  group: 'flow' as const,
  icon: 'x',
  name: text,
  description: text,
  docs: text,
  examples: [],
};

const limit = {
  timeoutMs: z.number().optional(),
  rule: z
    .union([z.literal('error'), z.strictObject({ port: z.string(), json: z.json().optional() })])
    .default('error'),
};
const signalParameters = z.strictObject({ name: z.string(), key: z.string().optional(), ...limit });
const limitParameters = z.strictObject(limit);
const tellParameters = z.strictObject({
  executionId: z.string().optional(),
  workflowId: z.string().optional(),
  key: z.string().optional(),
  name: z.string(),
});

/** hear (a signal), resumed, ask (a person), tell (sends a signal). */
export function createMessageNodes(clock: Clock): AnyNodeDefinition[] {
  const timeoutOf = ({ timeoutMs, rule }: z.output<typeof limitParameters>) =>
    timeoutMs === undefined ? {} : { timeout: { atMs: clock.now() + timeoutMs, rule: rule as TimeoutRule } };
  return [
    {
      ...base,
      kind: 'node',
      type: 'hear',
      effect: 'pure',
      outputs: ['main', 'timeout'],
      parameters: signalParameters,
      execute(ctx): Suspension {
        const p = ctx.parameters as z.output<typeof signalParameters>;
        return {
          suspend: 'signal',
          name: p.name,
          ...(p.key === undefined ? {} : { key: p.key }),
          ...timeoutOf(p),
        };
      },
    },
    {
      ...base,
      kind: 'node',
      type: 'resumed',
      effect: 'pure',
      outputs: ['main', 'timeout'],
      parameters: limitParameters,
      link: 'resume',
      execute: (ctx) => ({
        suspend: 'resume',
        ...timeoutOf(ctx.parameters as z.output<typeof limitParameters>),
      }),
    },
    {
      ...base,
      kind: 'node',
      type: 'ask',
      effect: 'pure',
      outputs: ['approved', 'rejected', 'expired'],
      parameters: limitParameters,
      link: 'approval',
      execute: (ctx) => ({
        suspend: 'approval',
        request: {
          title: 'Pay?',
          message: 'Please **decide**',
          approvers: { role: 'operator', people: [] },
          fields: [],
        },
        ...timeoutOf(ctx.parameters as z.output<typeof limitParameters>),
      }),
    },
    {
      ...base,
      kind: 'node',
      type: 'tell',
      effect: 'effect',
      parameters: tellParameters,
      async executeItem(ctx) {
        const { executionId, workflowId, key, name } = ctx.parameters as z.output<typeof tellParameters>;
        const to = executionId === undefined ? { workflowId: workflowId!, key: key! } : { executionId };
        const items: JsonObject[] = [{ told: ctx.item.json['n'] ?? null }];
        const sent = await ctx.signals.send({ to, name, items }, ctx.idempotencyKey);
        return { json: { ...ctx.item.json, sentTo: sent.executionId } };
      },
    },
  ];
}
