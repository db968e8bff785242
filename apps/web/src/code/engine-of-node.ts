import { type CodeEngineName, codeEngines, type WorkflowNode } from '@navette/contracts';

/** What runs the code of a node; undefined for one that has none, and where a template says it. */
export function engineOfNode({
  type,
  parameters: { engine = 'quickjs', language },
}: Pick<WorkflowNode, 'type' | 'parameters'>): CodeEngineName | undefined {
  if (type === 'program') return 'quickjs';
  if (type !== 'code') return undefined;
  if (language === 'python') return 'python';
  return codeEngines.find((name) => name === engine);
}
