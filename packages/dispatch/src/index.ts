export { dispatchErrors } from './errors.ts';
export type { ClaimingEngine, ExecutionQueue, QueueHealth, QueueMetrics } from './execution-queue.ts';
export { InProcessDispatcher } from './in-process-dispatcher.ts';
export {
  encodeTicket,
  type QueuedExecution,
  type QueueSource,
  type QueueTicket,
  type StateCounts,
} from './queue-source.ts';
