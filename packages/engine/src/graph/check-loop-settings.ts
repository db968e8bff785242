import type { WorkflowDefinition } from '@navette/contracts';
import type { NodeTypes } from '../ports.ts';

interface LoopSettingIssue {
  /** JSON pointer into the definition. */
  path: string;
  message: string;
  nodeId: string;
}

/** A loop or a program does no work of its own that could be tried again or take too long: what it would promise is refused. */
export function checkLoopSettings(definition: WorkflowDefinition, nodeTypes: NodeTypes): LoopSettingIssue[] {
  const issues: LoopSettingIssue[] = [];
  definition.nodes.forEach(({ id: nodeId, name, settings, type, typeVersion }, index) => {
    const found = nodeTypes.find(type, typeVersion);
    if (found?.kind !== 'node' || !(found.passes || found.program)) return;
    const at = `/nodes/${index}/settings`;
    const [what, parts] = found.passes ? ['a loop', 'the nodes of its body'] : ['a program', 'its calls'];
    if (settings.retry !== undefined) {
      const message = `"${name}" is ${what}: a retry has no effect on it; set it on ${parts}`;
      issues.push({ path: `${at}/retry`, message, nodeId });
    }
    if (settings.timeoutMs !== undefined) {
      const message = `"${name}" is ${what}: a time limit has no effect on it; set it on ${parts}, or on the workflow`;
      issues.push({ path: `${at}/timeoutMs`, message, nodeId });
    }
  });
  return issues;
}
