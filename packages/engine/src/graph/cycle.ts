import type { WorkflowDefinition } from '@navette/contracts';

/** Node ids of one circle, the first repeated at the end; undefined when there is none. No recursion: graphs may be deep. */
export function findCycle(definition: Pick<WorkflowDefinition, 'nodes' | 'edges'>): string[] | undefined {
  const next = new Map<string, string[]>(definition.nodes.map((node) => [node.id, []]));
  for (const edge of definition.edges) if (next.has(edge.to)) next.get(edge.from)?.push(edge.to);
  const done = new Set<string>();
  for (const start of next.keys()) {
    const trail: { id: string; at: number }[] = [{ id: start, at: 0 }];
    const onTrail = new Set([start]);
    while (trail.length > 0) {
      const top = trail[trail.length - 1]!;
      const target = done.has(top.id) ? undefined : next.get(top.id)![top.at++];
      if (target === undefined) {
        done.add(top.id);
        onTrail.delete(top.id);
        trail.pop();
      } else if (onTrail.has(target)) {
        const ids = trail.map((entry) => entry.id);
        return [...ids.slice(ids.indexOf(target)), target];
      } else if (!done.has(target)) {
        trail.push({ id: target, at: 0 });
        onTrail.add(target);
      }
    }
  }
  return undefined;
}
