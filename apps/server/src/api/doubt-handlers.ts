/** Steps that a crash left in doubt: people say what became of them. */
import { isTerminal, type StepDoubt } from '@navette/contracts';
import { engineErrors, foldJournal, viewDoubt } from '@navette/engine';
import { encodeId } from '@navette/kit';
import type { ExecutionRow } from '@navette/store';
import { parseResolution } from '../approvals/parse-resolution.ts';
import { readPerson } from '../approvals/read-person.ts';
import { apiErrors } from '../http/api-error.ts';
import { type Caller, toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeExecution } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

export function createDoubtHandlers(services: ServerServices): Pick<RouteHandlers, 'resolveStep'> {
  const { engine, nodes, repositories } = services;
  const { audit, executions, versionSource } = repositories;

  async function readExecution(projectId: string, executionId: string): Promise<ExecutionRow> {
    const row = await executions.read(projectId, executionId);
    if (row === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
    return row;
  }

  /** What is asked about the step now. Throws STEP_NOT_FOUND, STEP_NOT_IN_DOUBT. */
  async function readDoubt(projectId: string, row: ExecutionRow, path: string): Promise<StepDoubt> {
    const version = await versionSource.read(projectId, row.versionId);
    if (version === undefined) throw new Error(`The version ${row.versionId} of an execution is missing`);
    const chunks = await executions.listChunks(projectId, row.id);
    const state = foldJournal(version, nodes, row.triggerNodeId, chunks, path);
    const step = state.step(path);
    if (step === undefined && !version.definition.nodes.some(({ id }) => id === path))
      throw apiErrors.create('STEP_NOT_FOUND', { params: { path } });
    const doubt = step && viewDoubt(state, step);
    if (doubt === undefined) throw engineErrors.create('STEP_NOT_IN_DOUBT', { params: { path } });
    return doubt;
  }

  async function describeCaller(caller: Caller) {
    const { actor, kind } = caller;
    const person = await readPerson(repositories, caller);
    if (person) return { kind, id: encodeId('user', person.userId!), name: person.name };
    return { kind, id: String(actor.id), name: 'An API key' };
  }

  return {
    async resolveStep({ params, body, caller }) {
      const { id: projectId } = caller.project;
      const { path } = params;
      const executionId = toBareId('execution', params.executionId);
      const row = await readExecution(projectId, executionId);
      if (isTerminal(row.status)) throw apiErrors.create('EXECUTION_FINISHED');
      const doubt = await readDoubt(projectId, row, path);
      const { question } = body;
      if (question > doubt.question) throw engineErrors.create('STEP_NOT_IN_DOUBT', { params: { path } });
      if (question < doubt.question) throw engineErrors.create('STEP_ALREADY_RESOLVED', { params: { path } });
      const outcomes = parseResolution(doubt, body);
      const resolution = { by: await describeCaller(caller), comment: body.comment, outcomes };
      await engine.post.resolve({ projectId, executionId, path, question, resolution });
      await audit.append(toChange(caller), {
        action: 'step-resolved',
        resourceKind: 'execution',
        resourceId: executionId,
        details: {
          path,
          question,
          outcomes: outcomes.map(({ item, outcome }) =>
            item === undefined ? outcome : `${item}: ${outcome}`,
          ),
        },
      });
      return encodeExecution(await readExecution(projectId, executionId));
    },
  };
}
