import { type ExecutionDetail, formatEventId, isTerminal, type JournalChunk } from '@navette/contracts';
import { type ExecutionState, engineErrors, foldJournal, viewStepData, viewSteps } from '@navette/engine';
import { encodeId, NavetteError } from '@navette/kit';
import { type ExecutionRow, type JournalOptions, storeErrors } from '@navette/store';
import { apiErrors } from '../http/api-error.ts';
import { toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeArtifact, encodeExecution } from './encode-resource.ts';
import { chooseTrigger, createTriggerItems } from './run-workflow.ts';
import type { ServerServices } from './server-services.ts';

type ExecutionHandlers = Pick<
  RouteHandlers,
  | 'runWorkflow'
  | 'listExecutions'
  | 'getExecution'
  | 'getStepData'
  | 'cancelExecution'
  | 'retryExecution'
  | 'listExecutionArtifacts'
>;

export function createExecutionHandlers(services: ServerServices): ExecutionHandlers {
  const { engine, nodes, repositories, telemetry } = services;
  const { artifacts, audit, executions, versionSource, workflows } = repositories;

  async function readExecution(projectId: string, id: string): Promise<ExecutionRow> {
    const row = await executions.read(projectId, toBareId('execution', id));
    if (row === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
    return row;
  }

  async function readWithJournal(projectId: string, id: string, options?: JournalOptions) {
    const found = await executions.readWithJournal(projectId, toBareId('execution', id), options);
    if (found === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
    return found;
  }

  /**
   * Undefined when this server lacks a node type that the version has: the rest stays readable. Of the steps in loops
   * that have ended, that of `path` is kept, or some of them.
   */
  async function readState(
    projectId: string,
    row: ExecutionRow,
    chunks: readonly JournalChunk[],
    path?: string,
  ): Promise<ExecutionState | undefined> {
    const version = await versionSource.read(projectId, row.versionId);
    if (version === undefined) return undefined;
    try {
      return foldJournal(version, nodes, row.triggerNodeId, chunks, path);
    } catch (error) {
      if (NavetteError.is(error) && error.code === 'WORKFLOW_INVALID') return undefined;
      throw error;
    }
  }

  return {
    async runWorkflow({ params, body, caller, idempotencyKey, request }) {
      const { id: projectId } = caller.project;
      const workflow = await workflows.read(projectId, toBareId('workflow', params.workflowId));
      const versionId = body.target === 'draft' ? workflow.draftVersionId : workflow.publishedVersionId;
      if (versionId === null) throw apiErrors.create('WORKFLOW_NOT_PUBLISHED');
      const version = await versionSource.read(projectId, versionId);
      if (version === undefined) throw new Error(`The version ${versionId} of a workflow is missing`);
      const trigger = chooseTrigger(version, nodes, body.triggerNodeId);
      const started = await engine.start({
        projectId,
        version,
        triggerNodeId: trigger.id,
        items: createTriggerItems(trigger, nodes, body.input),
        mode: caller.kind === 'user' ? 'manual' : 'api',
        priority: body.priority,
        idempotencyKey: idempotencyKey && `run:${idempotencyKey}`,
        trace: telemetry.traceParentOf(request),
      });
      return { executionId: encodeId('execution', started.executionId) };
    },

    async listExecutions({ query, caller }) {
      const { createdAfter, createdBefore, workflowId } = query;
      const page = await executions.list(caller.project.id, {
        ...query,
        workflowId: workflowId && toBareId('workflow', workflowId),
        createdAfter: createdAfter === undefined ? undefined : new Date(createdAfter),
        createdBefore: createdBefore === undefined ? undefined : new Date(createdBefore),
      });
      return { items: page.items.map(encodeExecution), nextCursor: page.nextCursor };
    },

    async getExecution({ params, caller }): Promise<ExecutionDetail> {
      const { id: projectId } = caller.project;
      const { row, chunks } = await readWithJournal(projectId, params.executionId);
      const state = await readState(projectId, row, chunks);
      return {
        ...encodeExecution(row),
        steps: state && row.dataDeletedAt === null ? viewSteps(state) : [],
        lastEventId: lastEventIdOf(chunks),
        ...(row.dataDeletedAt ? { dataDeletedAt: row.dataDeletedAt.toISOString() } : {}),
      };
    },

    async getStepData({ params, caller }) {
      const { id: projectId } = caller.project;
      const { row, chunks } = await readWithJournal(projectId, params.executionId, { values: 'all' });
      if (row.dataDeletedAt !== null) {
        const at = row.dataDeletedAt.toISOString();
        throw storeErrors.create('EXECUTION_DATA_DELETED', { params: { at } });
      }
      const state = await readState(projectId, row, chunks, params.path);
      const data = state && viewStepData(state, params.path);
      if (data === undefined) throw apiErrors.create('STEP_NOT_FOUND', { params: { path: params.path } });
      return data;
    },

    async cancelExecution({ params, caller }) {
      const { id: projectId } = caller.project;
      const executionId = toBareId('execution', params.executionId);
      const outcome = await engine.cancel(projectId, executionId);
      if (outcome === 'unknown') throw engineErrors.create('EXECUTION_NOT_FOUND');
      if (outcome === 'finished') throw apiErrors.create('EXECUTION_FINISHED');
      const change = { action: 'execution-cancelled', resourceKind: 'execution', resourceId: executionId };
      await audit.append(toChange(caller), change);
      return encodeExecution(await readExecution(projectId, params.executionId));
    },

    async retryExecution({ params, caller, idempotencyKey }) {
      const { id: projectId } = caller.project;
      const row = await readExecution(projectId, params.executionId);
      if (!isTerminal(row.status) || row.status === 'succeeded')
        throw engineErrors.create('EXECUTION_NOT_RETRYABLE', { params: { status: row.status } });
      const key = idempotencyKey && `retry:${row.id}:${idempotencyKey}`;
      const started = await engine.retry(projectId, row.id, key ? { idempotencyKey: key } : {});
      const executionId = encodeId('execution', started.executionId);
      await audit.append(toChange(caller), {
        action: 'execution-retried',
        resourceKind: 'execution',
        resourceId: row.id,
        details: { executionId },
      });
      return { executionId };
    },

    async listExecutionArtifacts({ params, query, caller }) {
      const { id: projectId } = caller.project;
      const row = await readExecution(projectId, params.executionId);
      const page = await artifacts.list(projectId, { ...query, executionId: row.id });
      return { items: page.items.map(encodeArtifact), nextCursor: page.nextCursor };
    },
  };
}

function lastEventIdOf(chunks: readonly JournalChunk[]): string {
  const last = chunks.at(-1);
  return last === undefined ? '0.0' : formatEventId(last.seq, Math.max(0, last.records.length - 1));
}
