import type { SignalPort, SignalRequest } from '@navette/contracts';
import { decodeId, encodeId } from '@navette/kit';
import { engineErrors } from '../errors.ts';
import type { NewMessage } from '../message-store.ts';
import type { StepHost } from './step-host.ts';

/** Signals that a step sends, within its project. */
export function createSignalPort(host: StepHost): SignalPort {
  return {
    async send({ to, name, items }, idempotencyKey) {
      const { executionId } = await host.deps.post.sendSignal({
        projectId: host.execution.projectId,
        to: decodeTarget(to),
        name,
        items: items.map((json) => ({ json })),
        idempotencyKey,
      });
      return { executionId: executionId && encodeId('execution', executionId) };
    },
  };
}

function decodeTarget(to: SignalRequest['to']): NewMessage['to'] {
  if ('executionId' in to) {
    const executionId = decodeId('execution', to.executionId);
    if (executionId === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
    return { executionId };
  }
  const workflowId = decodeId('workflow', to.workflowId);
  if (workflowId === undefined) throw engineErrors.create('SIGNAL_WORKFLOW_NOT_FOUND');
  return { workflowId, key: to.key };
}
