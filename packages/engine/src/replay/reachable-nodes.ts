import type { WorkflowDefinition } from '@navette/contracts';

/**
 * Nodes that come after a node in any of the definitions; the node itself only when a circle leads back to it.
 * @param except a node that ends every way: the loop node around a body.
 */
export function listReachable(
  nodeId: string,
  definitions: readonly WorkflowDefinition[],
  except?: string,
): Set<string> {
  const next = new Map<string, string[]>();
  for (const edge of definitions.flatMap((definition) => definition.edges)) {
    if (edge.from === except) continue;
    const list = next.get(edge.from);
    if (list) list.push(edge.to);
    else next.set(edge.from, [edge.to]);
  }
  const reached = new Set<string>();
  const open = [...(next.get(nodeId) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    open.push(...(next.get(at) ?? []));
  }
  return reached;
}
