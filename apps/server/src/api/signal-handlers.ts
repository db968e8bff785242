import type { Item } from '@navette/contracts';
import { encodeId, type JsonObject } from '@navette/kit';
import { toChange } from '../http/caller.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import type { ServerServices } from './server-services.ts';

type SignalHandlers = Pick<RouteHandlers, 'sendSignal' | 'sendWorkflowSignal'>;

export function createSignalHandlers({ engine, repositories }: ServerServices): SignalHandlers {
  return {
    async sendSignal({ params, body, caller, idempotencyKey }) {
      const executionId = toBareId('execution', params.executionId);
      const { messageId } = await engine.post.sendSignal({
        projectId: caller.project.id,
        to: { executionId },
        name: params.name,
        items: toItems(body.payload),
        idempotencyKey: idempotencyKey === undefined ? null : `api:${idempotencyKey}`,
      });
      await repositories.audit.append(toChange(caller), {
        action: 'signal-sent',
        resourceKind: 'execution',
        resourceId: executionId,
        details: { name: params.name },
      });
      return { messageId: encodeId('message', messageId) };
    },

    async sendWorkflowSignal({ params, body, caller, idempotencyKey }) {
      const workflowId = toBareId('workflow', params.workflowId);
      const { messageId, executionId } = await engine.post.sendSignal({
        projectId: caller.project.id,
        to: { workflowId, key: body.key },
        name: params.name,
        items: toItems(body.payload),
        idempotencyKey: idempotencyKey === undefined ? null : `api:${idempotencyKey}`,
      });
      await repositories.audit.append(toChange(caller), {
        action: 'signal-sent',
        resourceKind: 'workflow',
        resourceId: workflowId,
        details: { name: params.name },
      });
      return {
        messageId: encodeId('message', messageId),
        executionId: executionId && encodeId('execution', executionId),
      };
    },
  };
}

function toItems(payload: JsonObject | JsonObject[] | undefined): Item[] {
  const list = payload === undefined ? [{}] : Array.isArray(payload) ? payload : [payload];
  return list.map((json) => ({ json }));
}
