import type { CodeIssue, WorkflowDefinition } from '@navette/contracts';
import { engineErrors, type NodeTypes, validateDefinition } from '@navette/engine';
import type { Draft } from '@navette/store';

/** A definition that may be saved, with what lists show of it. Throws WORKFLOW_INVALID; `prefix` leads to it. */
export function createDraft(definition: WorkflowDefinition, nodeTypes: NodeTypes, prefix: string): Draft {
  assertValidDefinition(definition, nodeTypes, prefix);
  const triggerTypes = definition.nodes
    .filter((node) => nodeTypes.find(node.type, node.typeVersion)?.kind === 'trigger')
    .map((node) => node.type);
  return { definition, triggerTypes: [...new Set(triggerTypes)] };
}

/** Throws WORKFLOW_INVALID with a pointer to each finding. */
export function assertValidDefinition(
  definition: WorkflowDefinition,
  nodeTypes: NodeTypes,
  prefix: string,
): void {
  const issues = validateDefinition(definition, nodeTypes).slice(0, 100);
  if (issues.length === 0) return;
  throw engineErrors.create('WORKFLOW_INVALID', {
    issues: issues.map(({ path, message }) => ({ path: prefix + path, message })),
  });
}

/** Throws WORKFLOW_INVALID for code that cannot be read: a draft may have such code, what is live may not. */
export function assertCodeReads(codeIssues: readonly CodeIssue[], prefix: string): void {
  const issues = codeIssues
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message, help, nodeId, line, column }) => ({
      path: prefix + path,
      message: help ? `${message}. ${help}` : message,
      nodeId,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    }));
  if (issues.length > 0) throw engineErrors.create('WORKFLOW_INVALID', { issues });
}
