-- Lists of executions go by the time of creation: ids of child executions are derived, so that they do not sort by time,
-- and filters by time become ranges of an index. Filters that few rows pass have an index of their own; the two partial
-- ones are not touched by a webhook execution that succeeds.
-- Measured with 1 M executions: a page of failed ones took 120 to 500 ms before, a time window 250 ms; now 1 to 3 ms.

DROP INDEX executions_list;
CREATE INDEX executions_list ON executions (project_id, created_at DESC, id DESC);
DROP INDEX executions_by_workflow;
CREATE INDEX executions_by_workflow ON executions (workflow_id, created_at DESC, id DESC);
CREATE INDEX executions_unsuccessful ON executions (project_id, created_at DESC, id DESC)
  WHERE status IN ('failed', 'cancelled');
CREATE INDEX executions_by_mode ON executions (project_id, mode, created_at DESC, id DESC)
  WHERE mode IN ('manual', 'schedule', 'child', 'retry');
