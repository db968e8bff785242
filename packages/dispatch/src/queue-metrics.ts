import type { QueueMetrics } from './execution-queue.ts';
import type { QueueSource } from './queue-source.ts';

export async function loadQueueMetrics(source: QueueSource): Promise<QueueMetrics> {
  const [counts, isPaused] = await Promise.all([source.countStates(), source.readPaused()]);
  const { completed, delayed, failed, queued, running } = counts;
  return {
    isPaused,
    waiting: isPaused ? 0 : queued,
    active: running,
    completed,
    failed,
    delayed,
    paused: isPaused ? queued : 0,
    total: queued + running + completed + failed + delayed,
  };
}
