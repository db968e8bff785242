import { routes, type WorkflowSummary } from '@navette/contracts';
import { cliErrors } from '../errors.ts';
import type { ApiClient } from './api-client.ts';
import { listPages } from './list-pages.ts';

const mostNames = 10_000;

/** All workflows of exactly that name. */
export async function listByName(api: ApiClient, name: string): Promise<WorkflowSummary[]> {
  const { items } = await listPages<WorkflowSummary>(mostNames, (page) =>
    api.call(routes.listWorkflows, { query: { ...page, search: name } }),
  );
  return items.filter((workflow) => workflow.name === name);
}

/** The workflow with that id or name. Throws CLI_NOT_FOUND, CLI_NAME_AMBIGUOUS. */
export async function findWorkflow(
  api: ApiClient,
  idOrName: string,
): Promise<Pick<WorkflowSummary, 'id' | 'name'>> {
  if (/^wfl_[0-9a-f]{32}$/.test(idOrName)) {
    return api.call(routes.getWorkflow, { params: { workflowId: idOrName } });
  }
  const found = await listByName(api, idOrName);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    const ids = found.map((workflow) => workflow.id).join(', ');
    throw cliErrors.create('CLI_NAME_AMBIGUOUS', { params: { name: idOrName, ids } });
  }
  throw cliErrors.create('CLI_NOT_FOUND', {
    params: { what: 'workflow', name: idOrName, hint: await suggest(api, idOrName) },
  });
}

async function suggest(api: ApiClient, name: string): Promise<string> {
  const { items: like } = await api.call(routes.listWorkflows, { query: { limit: 5, search: name } });
  if (like.length > 0) {
    return `Did you mean ${like.map((workflow) => `"${workflow.name}"`).join(' or ')}?`;
  }
  const { items: templates } = await api.call(routes.listTemplates);
  if (templates.some((template) => template.name === name)) {
    return `A template has that name: \`navette templates install ${name}\`.`;
  }
  return '`navette workflows list` shows what there is.';
}
