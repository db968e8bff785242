import type { Localized, NodeDefinition, TriggerDefinition } from '@navette/contracts';
import type { z } from 'zod';

/** @example export const noOp = defineNode({ type: 'no-op', version: 1, effect: 'pure', execute: (ctx) => [...ctx.items], … }) */
export function defineNode<P extends z.ZodType>(
  definition: Omit<NodeDefinition<P>, 'kind'>,
): NodeDefinition<P> {
  const { execute, executeItem, program, type } = definition;
  if ([execute, executeItem, program].filter((way) => way !== undefined).length !== 1) {
    throw new Error(`Node type ${type} must have exactly one of execute, executeItem and program`);
  }
  return { kind: 'node', ...definition };
}

export function defineTrigger<P extends z.ZodType>(
  definition: Omit<TriggerDefinition<P>, 'kind'>,
): TriggerDefinition<P> {
  return { kind: 'trigger', ...definition };
}

/** Labels a parameter in both languages; the form, the docs page and the tool schema read it. */
export function label<T extends z.ZodType>(schema: T, name: Localized, help?: Localized): T {
  return schema.meta({
    ...schema.meta(),
    title: name.en,
    ...(help ? { description: help.en } : {}),
    'x-fr': { title: name.fr, ...(help ? { description: help.fr } : {}) },
  });
}
