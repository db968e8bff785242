/** Steps that wait for a message: a signal, a request to their resume address, a decision. */
import {
  type AwaitedMessage,
  channelOf,
  type Item,
  type JournalRecordOf,
  type MessageBody,
  type PortItems,
  type Suspension,
  type TimeoutRule,
} from '@navette/contracts';
import { deriveUuid, type JsonObject } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { Message, MessageWait } from '../message-store.ts';
import type { StepState } from '../state/execution-state.ts';
import { failWait, inputItemsOf } from './ended-wait.ts';
import { linkItems, passOn } from './pass-on.ts';
import type { StepOutcome } from './run-step.ts';
import type { StepHost } from './step-host.ts';
import { endAtLimit, limitWait } from './wait-limit.ts';
import type { WaitHost } from './waits.ts';

type MessageSuspension = Extract<Suspension, { suspend: 'signal' | 'resume' | 'approval' }>;
type WaitingRecord = JournalRecordOf<'step-waiting'>;

/** Writes the wait down, with what others must find of it. */
export function awaitMessage(
  host: WaitHost,
  step: StepState,
  suspension: MessageSuspension,
  common: Pick<WaitingRecord, 'at' | 'path' | 'startedAt' | 'attempt'>,
): void {
  const { timeout } = suspension;
  const awaits = describeAwaited(host, step, suspension);
  const wakeAt = timeout ? Math.round(timeout.atMs) : null;
  const limit = limitWait(step, common.at, wakeAt);
  if (suspension.suspend === 'approval') openApproval(host, step, suspension, limit.limitAt ?? wakeAt);
  if (awaits.kind === 'signal' && awaits.key !== undefined) {
    host.journal.openWait({ path: step.path, channel: channelOf(awaits, step.path), key: awaits.key });
  }
  const onTimeout = timeout ? { onTimeout: timeout.rule } : {};
  host.append({ type: 'step-waiting', ...common, wakeAt, awaits, ...onTimeout, ...limit });
}

/** How the step ends, when its message has come or its time has run out; undefined while it waits on. */
export async function readMessageWait(
  host: WaitHost,
  step: StepState,
  record: WaitingRecord,
): Promise<StepOutcome | undefined> {
  const wait = toMessageWait(host, step, record.awaits!);
  // The store must know what was taken before it is asked for the next one.
  if (host.journal.holdsTaken) await host.flush();
  let message = await host.inbox.look(wait);
  const endsAt = record.limitAt ?? record.wakeAt;
  const isDue = endsAt !== null && endsAt <= host.deps.clock.now();
  if (!message && isDue) {
    // What the wait has opened must be there to be closed.
    if (!host.journal.isEmpty) await host.flush();
    message = await host.inbox.close(wait);
  }
  if (message) return completeWith(host, step, message);
  if (!isDue) return undefined;
  return record.limitAt === undefined ? endAtTimeout(host, step, record) : endAtLimit(host, step);
}

function describeAwaited(host: StepHost, step: StepState, suspension: MessageSuspension): AwaitedMessage {
  switch (suspension.suspend) {
    case 'signal': {
      const { name, key } = suspension;
      return { kind: 'signal', name, ...(key === undefined ? {} : { key }) };
    }
    case 'resume':
      return { kind: 'resume' };
    case 'approval':
      return {
        kind: 'approval',
        approvalId: deriveUuid(host.execution.id, step.path, 'approval'),
        title: suspension.request.title,
      };
  }
}

function openApproval(
  host: WaitHost,
  step: StepState,
  { request }: Extract<MessageSuspension, { suspend: 'approval' }>,
  expiresAt: number | null,
): void {
  const { title, message, approvers, escalation, fields } = request;
  host.journal.openApproval({
    id: deriveUuid(host.execution.id, step.path, 'approval'),
    path: step.path,
    title,
    message,
    approvers,
    escalation: escalation ?? null,
    fields,
    expiresAt,
  });
}

function toMessageWait(host: StepHost, step: StepState, awaits: AwaitedMessage): MessageWait {
  return {
    executionId: host.execution.id,
    projectId: host.execution.projectId,
    path: step.path,
    channel: channelOf(awaits, step.path),
    key: (awaits.kind === 'signal' && awaits.key) || null,
    once: awaits.kind !== 'signal',
  };
}

function completeWith(host: StepHost, step: StepState, { id: messageId, body }: Message): StepOutcome {
  if (body.kind === 'resolution') return { kind: 'resolved', messageId, resolution: body.resolution };
  const outputs = createOutputs(host, step, body);
  return { kind: 'completed', attempts: 1, outputs, logs: [], messageId };
}

type StepBody = Exclude<MessageBody, { kind: 'resolution' }>;

function createOutputs(host: StepHost, step: StepState, body: StepBody): PortItems {
  const node = step.node;
  const inputs = inputItemsOf(host, step);
  if (body.kind === 'decision') {
    const { decision } = body.decision;
    return { [decision]: withApproval(inputs, { ...body.decision }) };
  }
  return { [node.outputPorts[0] ?? 'main']: linkItems(body.items, inputs) };
}

function endAtTimeout(host: StepHost, step: StepState, record: WaitingRecord): StepOutcome {
  const rule = record.onTimeout ?? 'error';
  if (rule === 'error') {
    const what = describeWhat(record.awaits!);
    const error = engineErrors.create('WAIT_TIMED_OUT', { params: { node: step.node.node.name, what } });
    return failWait(host, step, error.toRecord(), 1);
  }
  const items = createTimeoutItems(inputItemsOf(host, step), rule, record.awaits!, host.deps.clock.now());
  return { kind: 'completed', attempts: 1, outputs: { [rule.port]: items }, logs: [] };
}

function createTimeoutItems(
  inputs: readonly Item[],
  rule: Exclude<TimeoutRule, 'error'>,
  awaits: AwaitedMessage,
  now: number,
): Item[] {
  if (rule.json) return linkItems([{ json: rule.json }], inputs);
  if (awaits.kind !== 'approval') return inputs.map((item, index) => passOn(item, index));
  const decision = rule.port === 'approved' || rule.port === 'rejected' ? rule.port : 'expired';
  const at = new Date(now).toISOString();
  return withApproval(inputs, { decision, by: null, comment: '', values: {}, at, expired: true });
}

function withApproval(inputs: readonly Item[], approval: JsonObject): Item[] {
  const items = inputs.length > 0 ? inputs : [{ json: {} }];
  return items.map((item, index) => {
    const passed = passOn(item, index);
    return { ...passed, json: { ...passed.json, approval } };
  });
}

function describeWhat(awaits: AwaitedMessage): string {
  switch (awaits.kind) {
    case 'signal':
      return `the signal "${awaits.name}"`;
    case 'resume':
      return 'a request to its resume address';
    case 'approval':
      return `the decision "${awaits.title}"`;
    case 'doubt':
      return 'somebody to say what became of it';
  }
}
