import type { WorkflowNode } from '@navette/contracts';

/** Types of nodes that hold code, and the parameter it stands in. */
const codeParameters: ReadonlyMap<string, string> = new Map([
  ['code', 'source'],
  ['program', 'source'],
]);

export function codeParameterOf(nodeType: string): string | undefined {
  return codeParameters.get(nodeType);
}

/** The code of a node; undefined for a node that has none. */
export function readCode({
  type,
  parameters,
}: Pick<WorkflowNode, 'type' | 'parameters'>): string | undefined {
  const name = codeParameterOf(type);
  const code = name === undefined ? undefined : parameters[name];
  return typeof code === 'string' ? code : undefined;
}
