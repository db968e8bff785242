import type { WorkflowDefinitionInput } from '@navette/contracts';

type Node = WorkflowDefinitionInput['nodes'][number];

/**
 * Ids of the nodes that call: "call-1", "call-2" …, and calls of a program with these names. The step number of a path, or
 * undefined for other steps.
 */
export function stepOf(path: string): number | undefined {
  const match = /^(?:program\/@)?call-(\d+)$/.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** Start → call 1 → … → call `steps`, each call with the token that the one before was answered with. */
export function createCallChain(url: string, steps: number): WorkflowDefinitionInput {
  return createChain(Array.from({ length: steps }, (_, index) => createCall(url, index + 1)));
}

/** The same as one program: a coded workflow. */
export function createCodedChain(url: string, steps: number): WorkflowDefinitionInput {
  const source = `export default async function (ctx: any, input: { run: string }) {
  let token: string | undefined;
  for (let step = 1; step <= ${steps}; step++) {
    const body = { run: input.run, step, ...(token === undefined ? {} : { token }) };
    const request = { method: 'POST', url: '${url}/calls/' + step, bodyKind: 'json', jsonBody: body };
    ({ token } = await ctx.http(request, { name: 'call-' + step }));
  }
  return { run: input.run, token };
}
`;
  const parameters = { source, allowedHosts: [new URL(url).host] };
  return createChain([{ id: 'program', name: 'Program', type: 'program', parameters }]);
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
