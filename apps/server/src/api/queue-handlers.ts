import { isTerminal, type QueueMetrics, type RunRequest } from '@navette/contracts';
import { engineErrors, foldJournal, viewSteps } from '@navette/engine';
import { encodeId, type Json } from '@navette/kit';
import { type Caller, toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeExecution } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

type QueueHandlers = Pick<
  RouteHandlers,
  | 'enqueueExecution'
  | 'getQueue'
  | 'getQueueJob'
  | 'cancelQueueJob'
  | 'retryQueueJob'
  | 'getQueueMetrics'
  | 'pauseQueue'
  | 'resumeQueue'
  | 'cleanQueue'
  | 'getQueueHealth'
  | 'listWorkers'
>;

/** `executions` are the handlers that the queue's own routes stand for. */
export function createQueueHandlers(
  services: ServerServices,
  executions: Pick<RouteHandlers, 'cancelExecution' | 'retryExecution' | 'runWorkflow'>,
): QueueHandlers {
  const { accounts, nodes, queue, repositories } = services;
  const { audit } = repositories;

  async function readMetrics(projectId: string): Promise<QueueMetrics & { isPaused: boolean }> {
    const [counts, isPaused] = await Promise.all([
      repositories.queue.countExecutions(projectId),
      repositories.queue.isPaused(),
    ]);
    const { ready, held, active, completed, failed, waiting } = counts;
    return {
      isPaused,
      waiting: isPaused ? 0 : ready,
      held,
      active,
      completed,
      failed,
      delayed: waiting,
      paused: isPaused ? ready : 0,
      total: ready + held + active + completed + failed + waiting,
    };
  }

  async function readHealth() {
    const { detail, kind, mode, ok } = queue.health();
    return { ok, kind, mode, detail, workers: await repositories.queue.countAliveWorkers() };
  }

  async function setPaused(caller: Caller, paused: boolean) {
    await (paused ? queue.pause() : queue.resume());
    const action = paused ? 'queue-paused' : 'queue-resumed';
    await audit.append(toChange(caller), { action, resourceKind: 'queue' });
    return { paused };
  }

  return {
    async enqueueExecution(context) {
      const { workflowId, ...request } = context.body;
      const body: RunRequest = request;
      const { executionId } = await executions.runWorkflow({ ...context, params: { workflowId }, body });
      const message = 'The execution is stored and will run';
      return { executionId, jobId: executionId, status: 'queued', message };
    },

    async getQueue({ caller }) {
      const { isPaused, ...metrics } = await readMetrics(caller.project.id);
      const manageable = caller.userId !== null && (await accounts.isOwner(caller.userId));
      return { paused: isPaused, metrics, health: await readHealth(), manageable };
    },

    async getQueueJob({ params, caller }) {
      const { id: projectId } = caller.project;
      const id = toBareId('execution', params.executionId);
      const found = await repositories.executions.readWithJournal(projectId, id);
      if (found === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
      const { row, chunks } = found;
      const { error, reason, status } = encodeExecution(row);
      const version = await repositories.versionSource.read(projectId, row.versionId);
      const state = version && foldJournal(version, nodes, row.triggerNodeId, chunks);
      const steps = state ? viewSteps(state) : [];
      return {
        executionId: encodeId('execution', row.id),
        status,
        reason,
        error,
        progress: {
          completedSteps: steps.filter((step) => step.finishedAt !== null).length,
          knownSteps: steps.length,
        },
        result: status === 'succeeded' && state ? state.result().map((item) => item.json as Json) : null,
      };
    },

    async cancelQueueJob(context) {
      const ended = await executions.cancelExecution(context);
      if (isTerminal(ended.status)) await queue.remove(toBareId('execution', context.params.executionId));
      return ended;
    },

    retryQueueJob: (context) => executions.retryExecution(context),

    async getQueueMetrics({ caller }) {
      const { isPaused: _, ...metrics } = await readMetrics(caller.project.id);
      return metrics;
    },

    pauseQueue: ({ caller }) => setPaused(caller, true),
    resumeQueue: ({ caller }) => setPaused(caller, false),

    async cleanQueue({ caller }) {
      const removed = await queue.clean();
      const change = { action: 'queue-cleaned', resourceKind: 'queue', details: { removed } };
      await audit.append(toChange(caller), change);
      return { removed };
    },

    getQueueHealth: () => readHealth(),

    async listWorkers() {
      const rows = await repositories.queue.listWorkers();
      return {
        items: rows.map((row) => ({
          ...row,
          startedAt: row.startedAt.toISOString(),
          stoppedAt: row.stoppedAt?.toISOString() ?? null,
        })),
      };
    },
  };
}
