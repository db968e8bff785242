import type { PolicyFileView, PolicyInForce, WorkflowDefinition } from '@navette/contracts';
import { engineErrors, nodeIdOf } from '@navette/engine';
import { encodeId, NavetteError } from '@navette/kit';
import type { NodeRegistry } from '@navette/node-sdk';
import { readCodeAsk } from '@navette/nodes';
import {
  listProgramAsks,
  listWorkflowAsks,
  type PolicyFileState,
  type PolicyRequest,
  type PolicySet,
  placePolicyFile,
  type StepPolicy,
} from '@navette/sandbox';
import { apiErrors } from '../http/api-error.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import type { ServerServices } from './server-services.ts';

export function createPolicyHandlers({
  nodes,
  policies,
  repositories,
}: Pick<ServerServices, 'nodes' | 'policies' | 'repositories'>): Pick<
  RouteHandlers,
  'getStepPolicy' | 'listPolicies'
> {
  const { executions, versionSource } = repositories;
  return {
    async listPolicies({ caller }) {
      const set = await policies.read();
      const { id } = caller.project;
      const items = set.files.flatMap((state) => encodeFile(state, id) ?? []);
      return {
        items,
        folderProblem: set.folderProblem ?? null,
        projectId: encodeId('project', id),
        project: encodeProject(set, id),
      };
    },

    async getStepPolicy({ caller, params }) {
      const { id: projectId } = caller.project;
      const row = await executions.read(projectId, toBareId('execution', params.executionId));
      if (row === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
      const version = await versionSource.read(projectId, row.versionId);
      const asked = version && findAsks(version.definition, params.path, nodes);
      if (asked === undefined) throw apiErrors.create('STEP_NOT_FOUND', { params: { path: params.path } });
      if (asked === 'no code') return { policy: null };
      const set = await policies.read();
      return { policy: encodePolicy(set.resolve({ projectId, ...asked })) };
    },
  };
}

/** Undefined when there is no such node. A call of a program has the policy of its program. */
function findAsks(
  { nodes, settings }: WorkflowDefinition,
  path: string,
  registry: Pick<NodeRegistry, 'find'>,
): Pick<PolicyRequest, 'asks' | 'isProgram'> | 'no code' | undefined {
  const cut = path.lastIndexOf('/@');
  const id = nodeIdOf(cut < 0 ? path : path.slice(0, cut));
  const node = nodes.find((each) => each.id === id);
  const definition = node && registry.find(node.type, node.typeVersion);
  if (!node || definition?.kind !== 'node') return node && 'no code';
  if (definition.program) {
    const parsed = definition.parameters.safeParse(node.parameters);
    const { allowedHosts, policy } = parsed.success ? definition.program(parsed.data) : {};
    const origin = { projectId: '', workflowCode: settings.code, allowedHosts, policy };
    return { asks: listProgramAsks(origin), isProgram: true };
  }
  if (cut >= 0) return undefined;
  if (node.type !== 'code') return 'no code';
  const ask = readCodeAsk(node.parameters);
  return {
    asks: [...listWorkflowAsks(settings.code), { by: 'step', ...ask, limits: dropEmpty(ask.limits) }],
  };
}

function dropEmpty<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as never;
}

/** Undefined for files of other projects, and for those that are none. */
function encodeFile({ document, file, problems, state }: PolicyFileState, projectId: string) {
  const place = placePolicyFile(file);
  if (!('kind' in place) || (place.kind === 'project' && place.name !== projectId)) return undefined;
  const view: PolicyFileView = {
    file,
    kind: place.kind,
    name: place.kind === 'named' ? place.name! : null,
    description: document?.content.description ?? '',
    state,
    problems: problems.map(({ field, help, message }) => ({ field, message, help })),
    content: document ? (document.content as PolicyFileView['content']) : null,
  };
  return view;
}

/** With every host that a step of the project could name. Null while a broken file keeps its code from being run. */
function encodeProject(set: PolicySet, projectId: string): PolicyInForce | null {
  try {
    return encodePolicy(set.resolve({ projectId, asks: [{ by: 'step', allowedHosts: ['*'] }] }));
  } catch (error) {
    if (NavetteError.is(error) && error.code === 'POLICY_BROKEN') return null;
    throw error;
  }
}

function encodePolicy(policy: StepPolicy): PolicyInForce {
  const limits = Object.keys(policy.limits).map((name) => {
    const { most, mostPlace, place, value } = policy.originOf(name as keyof StepPolicy['limits']);
    return [name, { value, place, most, mostPlace }] as const;
  });
  return {
    limits: Object.fromEntries(limits),
    allowedHosts: [...policy.allowedHosts],
    allowedNodeTypes: [...policy.allowedNodeTypes],
  };
}
