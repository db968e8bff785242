/**
 * What a dead letter is, as a condition on `executions`: it failed, nobody has retried or dismissed it, and nobody looks at
 * it or answers for it; or it is poisoned. Index: executions_dead_letters, which has the same condition.
 */
export const deadLetterSql = `executions.status = 'failed' AND executions.settled_as IS NULL AND (
    executions.error ->> 'code' = 'EXECUTION_POISONED'
    OR (executions.mode <> 'manual' AND executions.origin ->> 'attended' IS NULL
      AND executions.origin ->> 'awaited' IS NULL))`;
