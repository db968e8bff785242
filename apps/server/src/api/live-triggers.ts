/** What of a definition becomes live when it is published: its webhooks and schedules. */
import {
  encodePointer,
  parseNodeParameters,
  type WorkflowDefinition,
  type WorkflowNode,
} from '@navette/contracts';
import { engineErrors, type NodeTypes } from '@navette/engine';
import { encodeShape, type NewSchedule, type NewWebhook, overlaps } from '@navette/store';
import { nextRun } from '../runtime/next-runs.ts';

export interface LiveTriggers {
  webhooks: NewWebhook[];
  schedules: NewSchedule[];
}

/** Throws WORKFLOW_INVALID when two nodes want the same address or one lacks its credential. The definition is valid otherwise. */
export function listLiveTriggers(
  definition: WorkflowDefinition,
  nodeTypes: NodeTypes,
  nowMs: number,
): LiveTriggers {
  const triggers: LiveTriggers = { webhooks: [], schedules: [] };
  for (const [index, node] of definition.nodes.entries()) {
    const type = nodeTypes.find(node.type, node.typeVersion);
    if (type?.kind !== 'trigger' || node.disabled) continue;
    const parameters = parseNodeParameters(type, node.name, node.parameters);
    if (type.webhook) {
      const { authenticated, methods, path } = type.webhook(parameters);
      if (authenticated && !node.credentials?.['auth']) throw createOpenError(index);
      const webhooks = methods.map((method) => ({ method, path, nodeId: node.id }));
      assertNoClash(triggers.webhooks, webhooks, node, index);
      triggers.webhooks.push(...webhooks);
    }
    if (type.schedule) {
      const schedule = type.schedule(parameters);
      const spec = { ...schedule, timeZone: schedule.timeZone ?? definition.settings.timeZone };
      const next = nextRun(spec, nowMs);
      triggers.schedules.push({ nodeId: node.id, spec, nextAt: next === null ? null : new Date(next) });
    }
  }
  return triggers;
}

/** It would refuse everybody. */
function createOpenError(index: number) {
  const path = `/body/definition${encodePointer(['nodes', index, 'credentials', 'auth'])}`;
  const message = 'is needed: the webhook asks for a credential, and none is chosen';
  return engineErrors.create('WORKFLOW_INVALID', { issues: [{ path, message }] });
}

function assertNoClash(
  others: readonly NewWebhook[],
  own: readonly NewWebhook[],
  node: WorkflowNode,
  index: number,
): void {
  const clash = own.find((webhook) =>
    others.some(
      (other) =>
        encodeShape(other.path) === encodeShape(webhook.path) && overlaps(other.method, webhook.method),
    ),
  );
  if (clash === undefined) return;
  const path = `/body/definition${encodePointer(['nodes', index, 'parameters', 'path'])}`;
  const message = `"${node.name}" answers ${clash.method} /${clash.path} like another webhook of this workflow`;
  throw engineErrors.create('WORKFLOW_INVALID', { issues: [{ path, message }] });
}
