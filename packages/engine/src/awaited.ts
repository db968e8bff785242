import type { ExecutionStatus, Item, WebhookResponse } from '@navette/contracts';
import type { ErrorRecord } from '@navette/kit';

export interface Started {
  executionId: string;
  /** An execution with that idempotency key existed; this is it. */
  duplicate: boolean;
  /** It is parked for a debounced or throttled trigger: it starts later, with the input of the last one. */
  gathered?: boolean;
}

/** What became of an execution that somebody waited for. */
export interface Awaited extends Started {
  status: ExecutionStatus;
  response?: WebhookResponse | undefined;
  /** What the execution gave, when it succeeded. */
  items?: Item[] | undefined;
  error?: ErrorRecord | undefined;
}
