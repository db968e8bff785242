/**
 * The error workflow of an execution that fails, as an execution that is queued in the commit of the failure. Its id is
 * derived, so that there is exactly one however often that commit is tried.
 */
import type { ExecutionOrigin, JournalRecord } from '@navette/contracts';
import { decodeId, deriveUuid, toNavetteError } from '@navette/kit';
import { applyLimits } from '../admission/apply-limits.ts';
import type { EngineDeps } from '../deps.ts';
import { acceptItems, compileWorkflow } from '../graph/compile.ts';
import type { NewExecution, VersionRecord } from '../ports.ts';
import { isAttended, type PreparedExecution } from '../replay/derive-execution.ts';
import { createErrorItem, type Failure } from './error-item.ts';

/** Error workflows that may lead to each other; the failure of the last is on record, and starts nothing. */
const maxErrorDepth = 3;

/**
 * @returns undefined where none is asked for, a string that says why the one that is asked for cannot start.
 */
export async function prepareErrorWorkflow(
  deps: EngineDeps,
  failure: Omit<Failure, 'url' | 'withItems'>,
): Promise<PreparedExecution | string | undefined> {
  const { execution, version } = failure;
  const { errorWorkflow, errorReport } = version.definition.settings;
  if (errorWorkflow === undefined) return undefined;
  const attended = isAttended(execution);
  if (attended && !errorReport?.manualRuns) return undefined;
  const errorDepth = (execution.origin?.errorDepth ?? 0) + 1;
  if (errorDepth > maxErrorDepth) {
    return `Error workflows led to each other ${maxErrorDepth} times already`;
  }
  const workflowId = decodeId('workflow', errorWorkflow);
  const target = workflowId && (await deps.versions.readPublished(execution.projectId, workflowId));
  if (!target) return 'The error workflow does not exist or is not published';
  const origin: ExecutionOrigin = { kind: 'error', errorDepth };
  if (attended) origin.attended = true;
  const item = createErrorItem({
    ...failure,
    url: deps.executionUrl?.(execution.id),
    withItems: errorReport?.input === 'items',
  });
  return startWith(deps, failure, { target, item, origin });
}

function startWith(
  deps: EngineDeps,
  { execution, at }: Pick<Failure, 'execution' | 'at'>,
  start: { target: VersionRecord; item: ReturnType<typeof createErrorItem>; origin: ExecutionOrigin },
): PreparedExecution | string {
  const { target, item, origin } = start;
  const trigger = target.definition.nodes.find((node) => {
    const type = deps.nodeTypes.find(node.type, node.typeVersion);
    return type?.kind === 'trigger' && type.source === 'error' && !node.disabled;
  });
  if (!trigger) return 'The error workflow has no error trigger';
  let main: ReturnType<typeof acceptItems>;
  try {
    const compiled = compileWorkflow(target, deps.nodeTypes);
    main = acceptItems(compiled.nodes[compiled.indexById.get(trigger.id)!]!, [item]);
  } catch (thrown) {
    return `The error workflow cannot start: ${toNavetteError(thrown).message}`;
  }
  const id = deriveUuid(execution.id, 'error-workflow');
  const { timeoutMs } = target.definition.settings;
  const started: NewExecution = {
    id,
    projectId: execution.projectId,
    workflowId: target.workflowId,
    versionId: target.versionId,
    mode: 'error',
    triggerNodeId: trigger.id,
    createdAt: at,
    deadlineAt: timeoutMs === undefined ? null : at + timeoutMs,
    idempotencyKey: null,
    retryOf: execution.id,
    rootId: id,
    parentId: null,
    parentPath: null,
    depth: 0,
    origin,
  };
  const records: JournalRecord[] = [
    { type: 'step-completed', at, path: trigger.id, startedAt: at, attempts: 1, outputs: { main } },
  ];
  try {
    return { execution: applyLimits(started, target, records), records };
  } catch (thrown) {
    return `The error workflow cannot start: ${toNavetteError(thrown).message}`;
  }
}
