import {
  type Item,
  parseEventId,
  type Replay,
  type ReplayOutcome,
  type ReplayStop,
  replayOutcomes,
  replayStops,
} from '@navette/contracts';
import { engineErrors, type VersionRecord } from '@navette/engine';
import { encodeId } from '@navette/kit';
import { type ReplayRow, storeErrors } from '@navette/store';
import { apiErrors } from '../http/api-error.ts';
import { type Caller, toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { encodeExecution } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

type ReplayHandlers = Pick<
  RouteHandlers,
  | 'rerunExecution'
  | 'forkExecution'
  | 'listDerivedExecutions'
  | 'createReplay'
  | 'listReplays'
  | 'getReplay'
  | 'listReplayResults'
  | 'stopReplay'
>;

export function createReplayHandlers(services: ServerServices): ReplayHandlers {
  const { engine, replayer, repositories } = services;
  const { audit, executions, replays, versionSource, workflows } = repositories;

  async function readVersion(projectId: string, versionId: string): Promise<VersionRecord> {
    const version = await versionSource.read(projectId, versionId);
    if (version === undefined) throw storeErrors.create('WORKFLOW_VERSION_NOT_FOUND');
    return version;
  }

  async function readWorkflowVersion(projectId: string, workflowId: string, target: 'draft' | 'published') {
    const workflow = await workflows.read(projectId, workflowId);
    const versionId = target === 'draft' ? workflow.draftVersionId : workflow.publishedVersionId;
    if (versionId === null) throw apiErrors.create('WORKFLOW_NOT_PUBLISHED');
    return readVersion(projectId, versionId);
  }

  async function readExecution(projectId: string, id: string) {
    const row = await executions.read(projectId, toBareId('execution', id));
    if (row === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
    return row;
  }

  /** What a rerun and a fork have in common: the execution, and the version to run. */
  async function chooseSource(
    caller: Caller,
    options: { executionId: string; version: 'same' | 'draft' | 'published'; key: string | undefined },
  ) {
    const { id: projectId } = caller.project;
    const row = await readExecution(projectId, options.executionId);
    const version =
      options.version === 'same'
        ? undefined
        : await readWorkflowVersion(projectId, row.workflowId, options.version);
    return { projectId, executionId: row.id, version, idempotencyKey: options.key };
  }

  async function tell(caller: Caller, action: string, sourceId: string, startedId: string) {
    const executionId = encodeId('execution', startedId);
    const entry = { action, resourceKind: 'execution', resourceId: sourceId, details: { executionId } };
    await audit.append(toChange(caller), entry);
    return { executionId };
  }

  async function readReplay(projectId: string, id: string): Promise<ReplayRow> {
    const row = await replays.read(projectId, toBareId('replay', id));
    if (row === undefined) throw apiErrors.create('REPLAY_NOT_FOUND');
    return row;
  }

  async function chooseRecordings(
    projectId: string,
    workflowId: string,
    { last, executionIds }: { last: number; executionIds?: readonly string[] | undefined },
  ): Promise<string[]> {
    if (executionIds === undefined) return replays.listRecordings(projectId, workflowId, last);
    const bare = [...new Set(executionIds.map((id) => toBareId('execution', id)))];
    const known = await replays.filterRecordings(projectId, workflowId, bare);
    if (known.length < bare.length) throw engineErrors.create('EXECUTION_NOT_FOUND');
    return known;
  }

  return {
    async rerunExecution({ params, body, caller, idempotencyKey }) {
      const key = idempotencyKey && `rerun:${idempotencyKey}`;
      const source = await chooseSource(caller, { ...params, version: body.version, key });
      const started = await engine.rerun({ ...source, from: body.from, input: toItems(body.input) });
      return tell(caller, 'execution-rerun', source.executionId, started.executionId);
    },

    async forkExecution({ params, body, caller, idempotencyKey }) {
      const key = idempotencyKey && `fork:${idempotencyKey}`;
      const source = await chooseSource(caller, { ...params, version: body.version, key });
      const at = body.at === undefined ? undefined : parseEventId(body.at);
      const started = await engine.fork({ ...source, after: body.after, at });
      return tell(caller, 'execution-forked', source.executionId, started.executionId);
    },

    async listDerivedExecutions({ params, caller }) {
      const { id: projectId } = caller.project;
      const row = await readExecution(projectId, params.executionId);
      const derived = await executions.listDerived(projectId, row.id);
      return { items: derived.map(encodeExecution) };
    },

    async createReplay({ params, body, caller }) {
      const { id: projectId } = caller.project;
      const workflowId = toBareId('workflow', params.workflowId);
      await workflows.read(projectId, workflowId);
      const { against } = body;
      const isNamed = against === 'draft' || against === 'published';
      const target = isNamed
        ? await readWorkflowVersion(projectId, workflowId, against)
        : await readVersion(projectId, toBareId('version', against));
      if (target.workflowId !== workflowId) throw storeErrors.create('WORKFLOW_VERSION_NOT_FOUND');
      const executionIds = await chooseRecordings(projectId, workflowId, body);
      if (executionIds.length === 0) throw apiErrors.create('REPLAY_EMPTY');
      const replayId = await replayer.start(toChange(caller), {
        target,
        against: isNamed ? against : 'version',
        executionIds,
      });
      return encodeReplay(await readReplay(projectId, encodeId('replay', replayId)));
    },

    async listReplays({ params, query, caller }) {
      const { id: projectId } = caller.project;
      const workflow = await workflows.read(projectId, toBareId('workflow', params.workflowId));
      const page = await replays.list(projectId, workflow.id, query);
      return { items: page.items.map(encodeReplay), nextCursor: page.nextCursor };
    },

    async getReplay({ params, caller }) {
      return encodeReplay(await readReplay(caller.project.id, params.replayId));
    },

    async listReplayResults({ params, query, caller }) {
      const { id: projectId } = caller.project;
      const row = await readReplay(projectId, params.replayId);
      return replays.listResults(projectId, row.id, query);
    },

    async stopReplay({ params, caller }) {
      const { id: projectId } = caller.project;
      const row = await readReplay(projectId, params.replayId);
      await replayer.stop(projectId, row.id, 'person');
      return encodeReplay(await readReplay(projectId, params.replayId));
    },
  };
}

function toItems(input: object | object[] | undefined): Item[] | undefined {
  if (input === undefined) return undefined;
  return (Array.isArray(input) ? input : [input]).map((json) => ({ json }));
}

function encodeReplay(row: ReplayRow): Replay {
  const counts = Object.fromEntries(replayOutcomes.map((outcome) => [outcome, 0])) as Record<
    ReplayOutcome,
    number
  >;
  for (const { outcome, count } of row.counts) counts[outcome] = count;
  return {
    id: encodeId('replay', row.id),
    workflowId: encodeId('workflow', row.workflowId),
    versionId: encodeId('version', row.versionId),
    against: row.against,
    status: row.status,
    total: row.total,
    done: row.counts.reduce((sum, { count }) => sum + count, 0),
    counts,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    reason: row.reason,
    reasonCode: findStop(row.reason),
  };
}

/** Null for what is not stopped, and for the words of an earlier version. */
function findStop(reason: string | null): ReplayStop | null {
  const codes = Object.keys(replayStops) as ReplayStop[];
  return codes.find((code) => replayStops[code] === reason) ?? null;
}
