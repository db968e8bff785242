import type { NavetteError } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import type { CodeTask } from '../port.ts';
import type { Failure } from '../protocol/messages.ts';
import { createLimitError } from './watchdog.ts';

/** The error of the table for what a runner reports: its words are data, never the message's form. */
export function createFailureError(
  failure: Failure,
  task: CodeTask,
  failedCalls: ReadonlyMap<number, NavetteError>,
): NavetteError {
  if ('limit' in failure) return createLimitError(failure.code, failure.limit, task.limits, failure.used);
  const line = 'line' in failure ? (failure.line ?? '?') : '?';
  switch (failure.code) {
    case 'SANDBOX_CODE_THREW': {
      const { detail, column, stack, call } = failure;
      return sandboxErrors.create(failure.code, {
        params: { detail, line, column, stack },
        ...(failure.line === undefined ? { message: `The code failed: ${detail}` } : {}),
        cause: call === undefined ? undefined : failedCalls.get(call),
      });
    }
    case 'SANDBOX_SYNTAX': {
      const { detail, column = '?' } = failure;
      return sandboxErrors.create(failure.code, {
        params: { detail, line, column },
        ...(failure.line === undefined ? { message: `The code cannot be read: ${detail}` } : {}),
      });
    }
    case 'SANDBOX_IMPORT_FORBIDDEN': {
      const modules = (task.modules ?? []).map(({ name }) => name).join(', ') || 'none';
      const { column, module } = failure;
      return sandboxErrors.create(failure.code, { params: { module, line, column, modules } });
    }
    case 'SANDBOX_RESULT_INVALID':
      return sandboxErrors.create(failure.code, { params: { detail: failure.detail } });
    case 'SANDBOX_CODE_STALLED':
      return sandboxErrors.create(failure.code);
  }
}
