/** The seam where a queue other than Postgres comes in: what the runtime asks of whatever hands out executions. */
import type { ClaimingEngine } from '@navette/dispatch';
import type { Dispatcher } from '@navette/engine';
import type { Logger } from '@navette/kit';
import type { Database, ProcessBus } from '@navette/store';
import type { Duties } from './role.ts';

export interface WorkDispatcher extends Dispatcher {
  /** From now on this process takes work for its engine. Not called where none is run. */
  start(engine: ClaimingEngine): void | Promise<void>;
  /** Takes no more work, then lets `drain` bring the engine to rest. What was enqueued before is safe in the store. */
  stop(drain: () => Promise<void>): void | Promise<void>;
  /** Whether this process does what one process does for all. */
  lead?(leading: boolean): void;
  /** A place of the engine became free. */
  wake(): void;
  /** Looks for queued executions that nobody told this process of. Called about once a second. */
  poll(): void;
}

export interface DispatchContext {
  database: Database;
  /** Undefined when no other process can use the database. */
  bus: ProcessBus | undefined;
  duties: Duties;
  logger: Logger;
}

export type DispatcherFactory = (context: DispatchContext) => WorkDispatcher;
