/**
 * How the processes of one database tell each other what happened. Nothing depends on it for its truth: a message may
 * come late, twice or never, and whoever waits for one also looks at the store now and then.
 */
import type { ExecutionStatus } from '@navette/contracts';
import type { TextCarrier } from '@navette/kit';

/** All ids are bare UUIDs. */
export type BusMessage =
  /** An execution has committed something. */
  | { kind: 'committed'; projectId: string; workflowId: string; executionId: string; status: ExecutionStatus }
  /** Executions were queued, or something that they wait for has happened. */
  | { kind: 'queued'; executionIds: readonly string[] }
  | { kind: 'workflow-changed'; projectId: string; workflowId: string; change: string }
  /** Messages were lost, or were too many to be sent: look at everything again. */
  | { kind: 'missed' };

export interface ProcessBus {
  /** Tells the other processes soon, not this one. Never throws and never waits. */
  publish(message: BusMessage): void;
  /** Hears the other processes, until the function that comes back is called. */
  subscribe(listener: (message: BusMessage) => void): () => void;
  /** For texts that may be lost: they never take the place of messages. */
  readonly texts: TextCarrier;
  close(): Promise<void>;
}
