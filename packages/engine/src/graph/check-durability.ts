import { effectOf, type WorkflowDefinition } from '@navette/contracts';
import type { NodeTypes } from '../ports.ts';
import { guessParameters } from './compile.ts';

interface DurabilityIssue {
  /** JSON pointer into the definition. */
  path: string;
  message: string;
  nodeId: string;
}

/** Durability "none" stores nothing in between, so that everything must be such that it can be computed again. */
export function checkDurability(definition: WorkflowDefinition, nodeTypes: NodeTypes): DurabilityIssue[] {
  if (definition.settings.durability !== 'none') return [];
  const issues: DurabilityIssue[] = [];
  for (const node of definition.nodes) {
    const type = nodeTypes.find(node.type, node.typeVersion);
    if (node.disabled || type?.kind !== 'node') continue;
    const guess = guessParameters(type, node);
    const isPure = guess !== undefined && effectOf(type, guess) === 'pure';
    if (isPure && !type.passes && !type.program) continue;
    const reason = !isPure ? 'has effects or waits' : type.passes ? 'runs a loop' : 'is a program';
    issues.push({
      path: '/settings/durability',
      message: `"none" is for workflows that only compute, and "${node.name}" ${reason}`,
      nodeId: node.id,
    });
  }
  return issues;
}
