/**
 * What a dead letter is, as a condition on `executions`: it failed, nobody has retried or dismissed it, and nobody looks at
 * it or answers for it; or it is poisoned. Index: executions_dead_letters, which has the same condition. The error is read as
 * text: its code comes first, and a JSON operator fails on a value with a \u0000 in it.
 */
export const deadLetterSql = `executions.status = 'failed' AND executions.settled_as IS NULL AND (
    executions.error::text LIKE '{"code":"EXECUTION_POISONED"%'
    OR (executions.mode <> 'manual' AND executions.origin ->> 'attended' IS NULL
      AND executions.origin ->> 'awaited' IS NULL))`;

/** The code of the error of an execution. */
export const errorCodeSql = `substring(executions.error::text from '^\\{"code":"([A-Z0-9_]+)"')`;
