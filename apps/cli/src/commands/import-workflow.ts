import { type RouteOutput, routes, type WorkflowFile } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import type { ApiClient } from '../api/api-client.ts';
import { listByName } from '../api/find-workflow.ts';
import { cliErrors } from '../errors.ts';

export interface Imported {
  workflow: RouteOutput<typeof routes.getWorkflow>;
  outcome: 'created' | 'updated' | 'unchanged';
}

/** Makes the workflow of that name what the file says, creating it when there is none. Throws CLI_NAME_AMBIGUOUS. */
export async function importWorkflow(api: ApiClient, file: WorkflowFile): Promise<Imported> {
  const [found, ...others] = await listByName(api, file.name);
  if (others.length > 0) {
    const ids = [found!, ...others].map((workflow) => workflow.id).join(', ');
    throw cliErrors.create('CLI_NAME_AMBIGUOUS', { params: { name: file.name, ids } });
  }
  if (!found) {
    const workflow = await api.call(routes.createWorkflow, { body: file }, { idempotencyKey: createUuid() });
    return { workflow, outcome: 'created' };
  }
  const workflow = await api.call(routes.updateWorkflow, {
    params: { workflowId: found.id },
    body: { description: file.description, definition: file.definition },
  });
  const unchanged =
    workflow.draftVersionId === found.draftVersionId && workflow.description === found.description;
  return { workflow, outcome: unchanged ? 'unchanged' : 'updated' };
}
