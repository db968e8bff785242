import { z } from 'zod';
import { type AnyNodeDefinition, renderProgramTypes } from '../../packages/contracts/src/index.ts';

/** What `navette types` writes and `navette check` uses. */
export function renderTypesOfPrograms(nodes: readonly AnyNodeDefinition[]): string {
  return renderProgramTypes(
    nodes.map((node) => ({
      type: node.type,
      trigger: node.kind === 'trigger',
      description: node.description,
      credentials: node.credentials ?? [],
      notCallable: node.kind === 'node' ? node.notCallable : undefined,
      parametersSchema: z.toJSONSchema(node.parameters, {
        io: 'input',
        unrepresentable: 'any',
        reused: 'inline',
      }) as Record<string, z.core.util.JSONType>,
    })),
  );
}
