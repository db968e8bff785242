import { parseNodeParameters } from '@navette/contracts';
import type { ExpressionScope } from '@navette/expression';
import type { JsonObject } from '@navette/kit';
import type { CompiledNode } from '../graph/compile.ts';
import { toJson } from '../json-value.ts';

/** The parameters of a node for one item, validated. @throws what templates throw, NODE_PARAMETER_INVALID */
export function evaluateParameters(node: CompiledNode, scope: ExpressionScope): unknown {
  const values = node.parameters.evaluate(scope);
  return node.parameterFrame?.fill(values) ?? validate(node, values);
}

function validate(node: CompiledNode, values: unknown): unknown {
  const evaluated = toJson(values) as JsonObject;
  const raw = node.rawParameters;
  const value = Object.keys(raw).length > 0 ? { ...evaluated, ...raw } : evaluated;
  return parseNodeParameters(node.definition, node.node.name, value);
}
