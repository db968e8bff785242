/**
 * The text of a notification: JSON with version-tolerant, short keys. Ids travel as 22 characters of base64url.
 *
 * `c` commits by project and workflow, `q` queued executions, `w` changed workflows, `m` something was missed.
 * A reader of another product version skips keys that it does not know and takes a text that it cannot read for `m`.
 */
import { type ExecutionStatus, executionStatuses } from '@navette/contracts';
import { formatUuid, isRecord } from '@navette/kit';
import type { BusMessage } from './process-bus.ts';

/** Postgres takes payloads below 8000 bytes. */
export const maxPayloadBytes = 7_900;
/** Of one execution with its status, quotes and comma. */
const entryBytes = 44;
/** Of the ids and brackets around the entries of one workflow. */
const groupBytes = 60;

export const missedPayload = '{"m":1}';

type Commit = Extract<BusMessage, { kind: 'committed' }>;
type WorkflowChange = Extract<BusMessage, { kind: 'workflow-changed' }>;

/** What has gathered since the last send. */
export interface BusBatch {
  commits: readonly Commit[];
  queued: readonly string[];
  workflows: readonly WorkflowChange[];
}

/** As few texts as hold the batch; at most `limit`, or the one that says that something was missed. */
export function encodeBusBatch(batch: BusBatch, limit: number): string[] {
  const texts: string[] = [];
  let open = createOpen();
  const push = (bytes: number) => {
    if (open.bytes + bytes > maxPayloadBytes) {
      texts.push(encodeOpen(open));
      open = createOpen();
    }
    open.bytes += bytes;
  };
  for (const { projectId, workflowId, executionId, status } of batch.commits) {
    push(entryBytes + groupBytes);
    const key = `${projectId} ${workflowId}`;
    const group = open.commits.get(key);
    const entry: CommitEntry = [encodeUuid(executionId), status];
    if (group) {
      group[2].push(entry);
      open.bytes -= groupBytes;
    } else {
      open.commits.set(key, [encodeUuid(projectId), encodeUuid(workflowId), [entry]]);
    }
  }
  for (const id of batch.queued) {
    push(entryBytes);
    open.queued.push(encodeUuid(id));
  }
  for (const { projectId, workflowId, change } of batch.workflows) {
    push(groupBytes + change.length);
    open.workflows.push([encodeUuid(projectId), encodeUuid(workflowId), change]);
  }
  if (open.bytes > 0) texts.push(encodeOpen(open));
  return texts.length > limit ? [missedPayload] : texts;
}

export function decodeBusPayload(text: string): BusMessage[] {
  try {
    return decodeBatch(JSON.parse(text) as unknown);
  } catch {
    return [{ kind: 'missed' }];
  }
}

type CommitEntry = [execution: string, status: string];
type CommitGroup = [project: string, workflow: string, entries: CommitEntry[]];

interface OpenPayload {
  bytes: number;
  commits: Map<string, CommitGroup>;
  queued: string[];
  workflows: [project: string, workflow: string, change: string][];
}

function createOpen(): OpenPayload {
  return { bytes: 0, commits: new Map(), queued: [], workflows: [] };
}

function encodeOpen({ commits, queued, workflows }: OpenPayload): string {
  return JSON.stringify({
    ...(commits.size > 0 ? { c: [...commits.values()] } : {}),
    ...(queued.length > 0 ? { q: queued } : {}),
    ...(workflows.length > 0 ? { w: workflows } : {}),
  });
}

/** Throws on whatever does not have the form. */
function decodeBatch(value: unknown): BusMessage[] {
  if (!isRecord(value)) throw new TypeError('expected an object');
  const { c = [], m, q = [], w = [] } = value;
  const messages: BusMessage[] = [];
  for (const [project, workflow, entries] of c as CommitGroup[]) {
    const projectId = decodeUuid(project);
    const workflowId = decodeUuid(workflow);
    for (const [execution, status] of entries)
      messages.push({
        kind: 'committed',
        projectId,
        workflowId,
        executionId: decodeUuid(execution),
        status: decodeStatus(status),
      });
  }
  const executionIds = (q as string[]).map(decodeUuid);
  if (executionIds.length > 0) messages.push({ kind: 'queued', executionIds });
  for (const [project, workflow, change] of w as OpenPayload['workflows'])
    messages.push({
      kind: 'workflow-changed',
      projectId: decodeUuid(project),
      workflowId: decodeUuid(workflow),
      change: String(change),
    });
  if (m !== undefined) messages.push({ kind: 'missed' });
  return messages;
}

function decodeStatus(text: string): ExecutionStatus {
  const status = executionStatuses.find((known) => known === text);
  if (status === undefined) throw new RangeError(`There is no status ${text}`);
  return status;
}

function encodeUuid(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function decodeUuid(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 16) throw new RangeError('expected 16 bytes');
  return formatUuid(bytes.toString('hex'));
}
