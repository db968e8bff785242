import { isRecord } from '@navette/kit/portable';

export interface StaleMarker {
  onEvent(type: string, data: unknown): void;
  stop(): void;
}

const quietMs = 800;

/**
 * Turns events of the project stream into "this was changed" marks on what the app has read. A busy project sends
 * hundreds a second: each kind is marked at once, and then again at most every `quietMs` while events keep coming.
 */
export function createStaleMarker(mark: (queryKey: readonly string[]) => void): StaleMarker {
  const waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; again: boolean }>();

  function touch(queryKey: readonly string[]) {
    const id = queryKey.join('/');
    const entry = waiting.get(id);
    if (entry) {
      entry.again = true;
      return;
    }
    mark(queryKey);
    const timer = setTimeout(() => {
      const { again } = waiting.get(id)!;
      waiting.delete(id);
      if (again) touch(queryKey);
    }, quietMs);
    waiting.set(id, { timer, again: false });
  }

  return {
    onEvent(type, data) {
      if (type === 'resync') {
        touch(['executions']);
        touch(['approvals']);
        touch(['workflows']);
        return;
      }
      if (!isRecord(data)) return;
      if (type === 'execution-changed' && typeof data['executionId'] === 'string') {
        touch(['executions', 'list']);
        touch(['approvals']);
        touch(['executions', 'detail', data['executionId']]);
      }
      if (type === 'workflow-changed' && typeof data['workflowId'] === 'string') {
        touch(['workflows', 'list']);
        touch(['workflows', 'webhooks']);
        // What was deleted can't be read again; the page that shows it keeps what it has.
        if (data['change'] === 'deleted') return;
        touch(['workflows', 'detail', data['workflowId']]);
        touch(['workflows', 'versions', data['workflowId']]);
      }
    },
    stop() {
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
