/** The seam where a queue other than Postgres comes in: what the runtime asks of whatever hands out executions. */
import type { ExecutionQueue } from '@navette/dispatch';
import type { Logger } from '@navette/kit';
import type { Database, ProcessBus, SharedLook } from '@navette/store';
import type { Duties } from './role.ts';

export type WorkDispatcher = ExecutionQueue;

export interface DispatchContext {
  database: Database;
  look: SharedLook;
  /** Undefined when no other process can use the database. */
  bus: ProcessBus | undefined;
  duties: Duties;
  logger: Logger;
}

export type DispatcherFactory = (context: DispatchContext) => WorkDispatcher;
