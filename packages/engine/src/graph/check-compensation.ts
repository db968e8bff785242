import type { WorkflowDefinition, WorkflowNode } from '@navette/contracts';
import type { NodeTypes } from '../ports.ts';
import type { WorkflowIssue } from './validate.ts';

/** What is wrong with the nodes that are to undo what a node did. */
export function checkCompensation(
  definition: WorkflowDefinition,
  node: WorkflowNode,
  nodeTypes: NodeTypes,
  at: string,
): WorkflowIssue[] {
  const typeOf = ({ type, typeVersion }: WorkflowNode) => nodeTypes.find(type, typeVersion);
  const isTrigger = (candidate: WorkflowNode) => typeOf(candidate)?.kind === 'trigger';
  const named = node.settings.compensate;
  if (!named) return [];
  const path = `${at}/settings/compensate`;
  if (isTrigger(node)) {
    return [
      { path, message: `"${node.name}" is a trigger: it does nothing that could be undone`, nodeId: node.id },
    ];
  }
  const own = typeOf(node);
  if (own?.kind === 'node' && own.passes) {
    const message = `"${node.name}" is a loop: name what undoes the nodes inside of it`;
    return [{ path, message, nodeId: node.id }];
  }
  return named.flatMap((id, index) => {
    const target = definition.nodes.find((candidate) => candidate.id === id);
    const message =
      target && isTrigger(target)
        ? `"${target.name}" is a trigger: it cannot undo anything`
        : describeProblem(definition, node, target, id);
    return message === undefined ? [] : [{ path: `${path}/${index}`, message, nodeId: node.id }];
  });
}

function describeProblem(
  definition: WorkflowDefinition,
  node: WorkflowNode,
  target: WorkflowNode | undefined,
  id: string,
): string | undefined {
  if (!target) return `There is no node with the id "${id}"`;
  if (target === node) return `"${node.name}" cannot undo itself`;
  if (target.settings.compensate) return `"${target.name}" undoes something, so that nothing can undo it`;
  if (definition.edges.some((edge) => edge.from === id || edge.to === id)) {
    return `"${target.name}" undoes what "${node.name}" did, so that it must not be connected`;
  }
  return undefined;
}
