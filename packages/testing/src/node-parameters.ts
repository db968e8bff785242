import { type AnyNodeDefinition, type Item, parseNodeParameters } from '@navette/contracts';
import { compileParameters, compileTemplate, type ExpressionScope, type NodeView } from '@navette/expression';
import type { Json, JsonObject } from '@navette/kit';

/** Parameters of one node in a test: templates compiled once, evaluated and validated per item. */
export interface NodeParameters {
  /** Throws NODE_PARAMETER_INVALID and EXPRESSION_* errors. */
  forItem(index: number): unknown;
  evaluate(template: string, extras: ReadonlyMap<string, Json>, index: number): unknown;
}

export interface NodeParametersTask {
  definition: AnyNodeDefinition;
  nodeName: string;
  parameters: JsonObject;
  items: readonly Item[];
  surroundings: Pick<
    ExpressionScope,
    'workflow' | 'execution' | 'vars' | 'timeZone' | 'now' | 'random' | 'node'
  >;
}

export function createNodeParameters(task: NodeParametersTask): NodeParameters {
  const { definition, nodeName, parameters } = task;
  const raw = new Set(definition.kind === 'node' ? definition.rawParameters : []);
  const kept = Object.fromEntries(Object.entries(parameters).filter(([key]) => raw.has(key)));
  const compiled = compileParameters(
    Object.fromEntries(Object.entries(parameters).filter(([key]) => !raw.has(key))),
  );
  const forItem = (index: number): unknown =>
    parseNodeParameters(definition, nodeName, {
      // As in the engine, what leaves an expression is plain JSON.
      ...(JSON.parse(JSON.stringify(compiled.evaluate(createScope(task, index)))) as JsonObject),
      ...kept,
    });
  let fixed: unknown;
  return {
    forItem(index) {
      if (!compiled.isStatic) return forItem(index);
      fixed ??= forItem(index);
      return fixed;
    },
    evaluate: (template, extras, index) =>
      compileTemplate(template).evaluate(createScope(task, index, extras)),
  };
}

function createScope(
  { nodeName, items, surroundings }: NodeParametersTask,
  itemIndex: number,
  extras?: ReadonlyMap<string, Json>,
): ExpressionScope {
  return {
    ...surroundings,
    get json() {
      return items[itemIndex]?.json;
    },
    get binary() {
      return items[itemIndex]?.binary;
    },
    itemIndex,
    runIndex: 0,
    items: () => items,
    self: { name: nodeName },
    extras,
  };
}

export function createNodeView(items: readonly Item[] | undefined): NodeView | undefined {
  return items && { isExecuted: true, all: () => items, itemMatching: (index) => items[index] };
}
