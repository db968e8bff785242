import type { DeadLetterChoice, DeadLetterQuery } from '@navette/contracts';
import { encodeId, NavetteError } from '@navette/kit';
import type { DeadLetterFilter } from '@navette/store';
import { toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeExecution } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

type DeadLetterHandlers = Pick<
  RouteHandlers,
  'listDeadLetters' | 'countDeadLetters' | 'retryDeadLetters' | 'dismissDeadLetters'
>;

/** Of a filter, in one call. */
const bulkLimit = 500;

export function createDeadLetterHandlers(services: ServerServices): DeadLetterHandlers {
  const { engine, repositories } = services;
  const { audit, deadLetters } = repositories;

  function choose(projectId: string, { executionIds, filter = {} }: DeadLetterChoice) {
    return deadLetters.choose(
      projectId,
      executionIds
        ? { executionIds: [...new Set(executionIds.map((id) => toBareId('execution', id)))] }
        : { filter: toFilter(filter), limit: bulkLimit },
    );
  }

  return {
    async listDeadLetters({ query, caller }) {
      const { limit, cursor, ...filter } = query;
      const page = await deadLetters.list(caller.project.id, { ...toFilter(filter), limit, cursor });
      return { items: page.items.map(encodeExecution), nextCursor: page.nextCursor };
    },

    async countDeadLetters({ caller }) {
      const counted = await deadLetters.count(caller.project.id);
      return {
        total: counted.reduce((sum, { count }) => sum + count, 0),
        groups: counted.map(({ workflowId, workflowName, code, count }) => ({
          workflowId: encodeId('workflow', workflowId),
          workflowName: workflowName ?? '',
          code,
          count,
        })),
      };
    },

    async retryDeadLetters({ body, caller }) {
      const { id: projectId } = caller.project;
      const { ids, remaining } = await choose(projectId, body);
      const retried: { executionId: string; newExecutionId: string }[] = [];
      const refused: { executionId: string; code: string; message: string }[] = [];
      for (const id of ids) {
        const executionId = encodeId('execution', id);
        try {
          // One letter is retried once, however often that is asked for.
          const started = await engine.retry(projectId, id, { idempotencyKey: `dead-letter:${id}` });
          const newExecutionId = encodeId('execution', started.executionId);
          retried.push({ executionId, newExecutionId });
          await audit.append(toChange(caller), {
            action: 'dead-letter-retried',
            resourceKind: 'execution',
            resourceId: id,
            details: { executionId: newExecutionId },
          });
        } catch (error) {
          if (!NavetteError.is(error) || error.kind !== 'user') throw error;
          refused.push({ executionId, code: error.code, message: error.message });
        }
      }
      return { retried, refused, remaining };
    },

    async dismissDeadLetters({ body, caller }) {
      const { ids, remaining } = await choose(caller.project.id, body);
      const dismissed = await deadLetters.dismiss(toChange(caller), ids);
      return { dismissed: dismissed.map((id) => encodeId('execution', id)), remaining };
    },
  };
}

function toFilter({ workflowId, failedAfter, failedBefore, ...rest }: DeadLetterQuery): DeadLetterFilter {
  return {
    ...rest,
    workflowId: workflowId && toBareId('workflow', workflowId),
    failedAfter: failedAfter === undefined ? undefined : new Date(failedAfter),
    failedBefore: failedBefore === undefined ? undefined : new Date(failedBefore),
  };
}
