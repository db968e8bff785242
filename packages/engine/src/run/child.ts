/** Sub-workflows: a child is an execution of its own, whose id is derived, so that a crash in between makes no second one. */
import type { ExecutionOrigin, Item, JournalRecord, Suspension } from '@navette/contracts';
import { decodeId, deriveUuid, toNavetteError } from '@navette/kit';
import { applyLimits, higherPriority } from '../admission/apply-limits.ts';
import { engineErrors } from '../errors.ts';
import { acceptItems, compileWorkflow } from '../graph/compile.ts';
import type { NewExecution } from '../ports.ts';
import { isAttended } from '../replay/derive-execution.ts';
import type { StepState } from '../state/execution-state.ts';
import { foldJournal } from '../state/view.ts';
import { failWait } from './ended-wait.ts';
import type { StepOutcome } from './run-step.ts';
import type { StepHost } from './step-host.ts';

const maxDepth = 10;

/** The child as it will be queued, or how the step ends because there can be none. */
export async function prepareChild(
  host: StepHost,
  step: StepState,
  suspension: Extract<Suspension, { suspend: 'child' }>,
  attempt: number,
): Promise<{ execution: NewExecution; records: JournalRecord[] } | StepOutcome> {
  const { deps, execution } = host;
  const { name } = step.node.node;
  const refuse = (code: 'SUBWORKFLOW_DEPTH' | 'SUBWORKFLOW_NOT_FOUND' | 'SUBWORKFLOW_NO_TRIGGER') => {
    const error = engineErrors.create(code, { params: { node: name, limit: maxDepth } });
    return failWait(host, step, error.toRecord(), attempt);
  };
  if (execution.depth + 1 > maxDepth) return refuse('SUBWORKFLOW_DEPTH');
  const workflowId = decodeId('workflow', suspension.workflowId);
  const version = workflowId && (await deps.versions.readPublished(execution.projectId, workflowId));
  if (!version) return refuse('SUBWORKFLOW_NOT_FOUND');
  const trigger = version.definition.nodes.find((candidate) => {
    const definition = deps.nodeTypes.find(candidate.type, candidate.typeVersion);
    return definition?.kind === 'trigger' && definition.source === 'parent' && !candidate.disabled;
  });
  if (!trigger) return refuse('SUBWORKFLOW_NO_TRIGGER');
  const id = deriveUuid(execution.id, step.path, 'child', String(attempt));
  const now = deps.clock.now();
  const { timeoutMs } = version.definition.settings;
  let items: Item[];
  try {
    const compiled = compileWorkflow(version, deps.nodeTypes);
    const accepting = compiled.nodes[compiled.indexById.get(trigger.id)!]!;
    items = acceptItems(
      accepting,
      suspension.input.map((json) => ({ json })),
    );
  } catch (thrown) {
    return failWait(host, step, toNavetteError(thrown).toRecord(), attempt);
  }
  const child: NewExecution = {
    id,
    projectId: execution.projectId,
    workflowId: version.workflowId,
    versionId: version.versionId,
    mode: 'child',
    triggerNodeId: trigger.id,
    createdAt: now,
    deadlineAt: timeoutMs === undefined ? null : now + timeoutMs,
    idempotencyKey: null,
    retryOf: null,
    // A retry of the parent calls for the same effects.
    rootId: deriveUuid(execution.rootId, step.path, 'child'),
    parentId: execution.id,
    parentPath: step.path,
    depth: execution.depth + 1,
    origin: describeOrigin(execution, suspension.awaitResult),
    priority: higherPriority(execution.priority, version.definition.settings.priority),
  };
  const records: JournalRecord[] = [
    {
      type: 'step-completed',
      at: now,
      path: trigger.id,
      startedAt: now,
      attempts: 1,
      outputs: { main: items },
    },
  ];
  try {
    return { execution: applyLimits(child, version, records), records };
  } catch (thrown) {
    return failWait(host, step, toNavetteError(thrown).toRecord(), attempt);
  }
}

function describeOrigin(parent: NewExecution, awaited: boolean): ExecutionOrigin {
  const origin: ExecutionOrigin = { kind: 'child' };
  if (isAttended(parent)) origin.attended = true;
  if (awaited) origin.awaited = true;
  if (parent.origin?.errorDepth !== undefined) origin.errorDepth = parent.origin.errorDepth;
  return origin;
}

/** What an awaited child came to; undefined while it is not finished. */
export async function readChild(host: StepHost, step: StepState): Promise<StepOutcome | undefined> {
  const { deps, execution } = host;
  const node = step.node;
  const outcome = await deps.store.readOutcome(step.childId!);
  if (!outcome || outcome.projectId !== execution.projectId) return undefined;
  const { status } = outcome;
  if (status !== 'succeeded' && status !== 'failed' && status !== 'cancelled') return undefined;
  if (status === 'succeeded') {
    const version = await deps.versions.read(execution.projectId, outcome.versionId);
    if (!version) throw new Error(`Version ${outcome.versionId} of child ${outcome.id} is gone`);
    const chunks = await deps.store.readJournal(outcome.id);
    const items = foldJournal(version, deps.nodeTypes, outcome.triggerNodeId, chunks).result();
    const links = items.map((item) => ({ json: item.json, ...(item.binary ? { binary: item.binary } : {}) }));
    return { kind: 'completed', attempts: 1, outputs: { [node.outputPorts[0] ?? 'main']: links }, logs: [] };
  }
  const detail = outcome.error?.message ?? 'no reason was given';
  const failure = engineErrors.create('SUBWORKFLOW_FAILED', { params: { status, detail } });
  return failWait(host, step, failure.toRecord(), 1);
}
