import type { ExecutionMode, Item, JournalRecord, Priority } from '@navette/contracts';
import type { EngineDeps } from './deps.ts';
import { engineErrors } from './errors.ts';
import { acceptItems } from './graph/compile.ts';
import type { CompileCache } from './graph/compile-cache.ts';
import type { NewExecution, VersionRecord } from './ports.ts';

export interface StartRequest {
  projectId: string;
  version: VersionRecord;
  triggerNodeId: string;
  /** What the trigger gives; one empty item when left out or empty. */
  items: readonly Item[];
  mode: ExecutionMode;
  idempotencyKey?: string | undefined;
  /** Digest of what came with the key (hex); any request is a repeat when left out. */
  requestSha256?: string | undefined;
  /** The W3C `traceparent` of whoever asks. */
  trace?: string | undefined;
  /** That of the workflow when left out. */
  priority?: Priority | undefined;
}

/** The execution that a request asks for, and its first records. Throws WORKFLOW_INVALID or WORKFLOW_NO_TRIGGER. */
export function prepareStart(
  { clock, uuid }: Pick<EngineDeps, 'clock' | 'uuid'>,
  compiled: CompileCache,
  request: StartRequest,
): { execution: NewExecution; records: JournalRecord[] } {
  const { idempotencyKey: key, requestSha256: sha256, version } = request;
  const { settings } = version.definition;
  const priority = request.priority ?? settings.priority;
  const id = uuid();
  const now = clock.now();
  const workflow = compiled.get(version);
  const trigger = workflow.nodes[workflow.indexById.get(request.triggerNodeId) ?? -1];
  if (trigger?.definition.kind !== 'trigger') throw engineErrors.create('WORKFLOW_NO_TRIGGER');
  const main = acceptItems(trigger, request.items);
  return {
    execution: {
      id,
      projectId: request.projectId,
      workflowId: version.workflowId,
      versionId: version.versionId,
      mode: request.mode,
      triggerNodeId: request.triggerNodeId,
      createdAt: now,
      deadlineAt: settings.timeoutMs === undefined ? null : now + settings.timeoutMs,
      idempotencyKey: key ?? null,
      retryOf: null,
      rootId: id,
      parentId: null,
      parentPath: null,
      depth: 0,
      ...(priority && priority !== 'normal' ? { priority } : {}),
    },
    records: [
      {
        type: 'step-completed',
        at: now,
        path: request.triggerNodeId,
        startedAt: now,
        attempts: 1,
        outputs: { main },
        ...(request.trace === undefined ? {} : { trace: request.trace }),
        ...(key === undefined || sha256 === undefined ? {} : { keyed: { key, sha256 } }),
      },
    ],
  };
}
