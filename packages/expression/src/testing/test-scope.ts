import type { ExpressionScope, ItemView, NodeView } from '../scope.ts';

export interface TestScopeOptions extends Partial<Omit<ExpressionScope, 'items' | 'node'>> {
  items?: readonly ItemView[];
  nodes?: Readonly<Record<string, NodeView>>;
}

/** A scope with everything at rest: one empty item, a fixed clock in Paris, always the same random number. */
export function createTestScope(options: TestScopeOptions = {}): ExpressionScope {
  const items = options.items ?? [{ json: options.json ?? {} }];
  const nodes = new Map(Object.entries(options.nodes ?? {}));
  return {
    json: items[options.itemIndex ?? 0]?.json,
    binary: items[options.itemIndex ?? 0]?.binary ?? {},
    itemIndex: 0,
    runIndex: 0,
    workflow: { id: 'wfl_1', name: 'Orders', active: true },
    execution: { id: 'exe_1', mode: 'test' },
    vars: new Map(),
    timeZone: 'Europe/Paris',
    now: () => Date.UTC(2025, 6, 14, 12, 30, 15, 250),
    random: () => 0.25,
    ...options,
    items: () => items,
    node: (name) => nodes.get(name),
  };
}
