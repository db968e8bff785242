-- Priorities, fair shares and limits (docs/adr/0012-limits-and-fairness.md).

-- The share of a project in the places of the workers, against the others that wait.
ALTER TABLE projects ADD COLUMN queue_weight real NOT NULL DEFAULT 1 CHECK (queue_weight BETWEEN 0.01 AND 1000);

-- One row per limit of a workflow and value of its key. It holds what the limit is and is locked by whoever lets
-- executions pass; how many hold a place is counted from the executions, so that nothing can drift. The id is derived
-- from kind, workflow and key: a row that was deleted and made again is the same limit.
CREATE TABLE limit_keys (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('concurrency', 'rate', 'trigger')),
  -- "customer=acme"; null: the limit has no key
  label text,
  capacity integer NOT NULL CHECK (capacity > 0),
  -- rate: the window; trigger: debounce or throttle
  interval_ms bigint CHECK (interval_ms > 0),
  overflow text NOT NULL DEFAULT 'queue' CHECK (overflow IN ('queue', 'skip', 'cancel-oldest')),
  -- rate: when the next one may pass, while some are held; trigger: the first moment of the next start (throttle)
  next_at timestamptz,
  -- trigger: the execution that gathers, as long as it is parked and has not begun
  gathering_id uuid,
  used_at timestamptz NOT NULL
);
CREATE INDEX limit_keys_due ON limit_keys (next_at) WHERE kind = 'rate' AND next_at IS NOT NULL;
CREATE INDEX limit_keys_used ON limit_keys (used_at);

ALTER TABLE executions
  -- 0 high, 1 normal, 2 low
  ADD COLUMN priority smallint NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2),
  ADD COLUMN concurrency_id uuid,
  ADD COLUMN rate_id uuid,
  -- the limit key that it waits behind: it cannot be claimed
  ADD COLUMN held_by uuid,
  -- A place is held exactly while an execution is queued or running and not held by its concurrency key. Who parks gives
  -- its place back in the same write, so that whoever wakes it need not know of limits.
  ADD CONSTRAINT executions_parked_without_place CHECK (status <> 'waiting' OR held_by IS NOT DISTINCT FROM
    coalesce(concurrency_id, CASE WHEN started_at IS NULL THEN rate_id END)),
  ADD CONSTRAINT executions_running_not_held CHECK (status <> 'running' OR held_by IS NULL);

-- What is queued: what can be claimed (held by nothing) in the order of each project, then what each limit holds, in its
-- order. Few indexes, since a webhook's execution that is never queued pays for each with every statement.
DROP INDEX executions_queued;
CREATE INDEX executions_queued ON executions (held_by, project_id, priority, created_at, id) WHERE status = 'queued';
-- Who belongs to a concurrency key, and whether without a place.
CREATE INDEX executions_places ON executions (concurrency_id, (held_by IS NOT DISTINCT FROM concurrency_id))
  WHERE concurrency_id IS NOT NULL AND status IN ('queued', 'running', 'waiting');
-- Who has started under a rate, and who has passed it and not started yet.
CREATE INDEX executions_rate ON executions (rate_id, started_at, held_by)
  WHERE rate_id IS NOT NULL AND (started_at IS NOT NULL OR status = 'queued');
