import type { WorkflowDefinition } from '@navette/contracts';
import type { NodeTypes } from '../ports.ts';

interface LoopSettingIssue {
  /** JSON pointer into the definition. */
  path: string;
  message: string;
  nodeId: string;
}

/** A loop does no work of its own that could be tried again or take too long: what it would promise is refused. */
export function checkLoopSettings(definition: WorkflowDefinition, nodeTypes: NodeTypes): LoopSettingIssue[] {
  const issues: LoopSettingIssue[] = [];
  definition.nodes.forEach(({ id: nodeId, name, settings, type, typeVersion }, index) => {
    const found = nodeTypes.find(type, typeVersion);
    if (found?.kind !== 'node' || !found.passes) return;
    const at = `/nodes/${index}/settings`;
    if (settings.retry !== undefined) {
      const message = `"${name}" is a loop: a retry has no effect on it; set it on the nodes of its body`;
      issues.push({ path: `${at}/retry`, message, nodeId });
    }
    if (settings.timeoutMs !== undefined) {
      const message = `"${name}" is a loop: a time limit has no effect on it; set it on the nodes of its body, or on the workflow`;
      issues.push({ path: `${at}/timeoutMs`, message, nodeId });
    }
  });
  return issues;
}
