import type { WorkflowDefinitionInput } from '@navette/contracts';

type Node = WorkflowDefinitionInput['nodes'][number];

/** Ids of the nodes that call: "call-1", "call-2" … The step number of a path, or undefined for other nodes. */
export function stepOf(path: string): number | undefined {
  const match = /^call-(\d+)$/.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** Start → call 1 → … → call `steps`, each call with the token that the one before was answered with. */
export function createCallChain(url: string, steps: number): WorkflowDefinitionInput {
  return createChain(Array.from({ length: steps }, (_, index) => createCall(url, index + 1)));
}

/** Start → the given nodes, one after the other. Runs take `{run: "name"}`. */
export function createChain(nodes: readonly Node[]): WorkflowDefinitionInput {
  const ids = ['start', ...nodes.map((node) => node.id)];
  return {
    nodes: [{ id: 'start', name: 'Start', type: 'manual-trigger' }, ...nodes],
    edges: ids.slice(1).map((to, index) => ({ from: ids[index]!, to })),
  };
}

/** One counted POST. The answer carries `run` and `token` on to the next one. */
export function createCall(url: string, step: number, settings?: Node['settings']): Node {
  return {
    id: `call-${step}`,
    name: `Call ${step}`,
    type: 'http-request',
    parameters: {
      method: 'POST',
      url: `${url}/calls/${step}`,
      bodyKind: 'json',
      jsonBody: { run: '{{ $json.run }}', step, token: '{{ $json.token }}' },
    },
    ...(settings ? { settings } : {}),
  };
}
