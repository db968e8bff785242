-- Dead letters, what executions are made from, and replays (docs/adr/0013-recovery.md).

ALTER TABLE executions
  -- {"kind", "step", "attended", "awaited", "errorDepth"}: how it was made from another one; null when a trigger started it
  ADD COLUMN origin json,
  -- what became of a dead letter
  ADD COLUMN settled_as text CHECK (settled_as IN ('retried', 'dismissed')),
  ADD COLUMN settled_at timestamptz,
  ADD CONSTRAINT executions_settled CHECK ((settled_as IS NULL) = (settled_at IS NULL));

-- A dead letter is a failed execution that nobody looks at and nobody answers for, or a poisoned one; the same condition
-- stands in packages/store/src/sql/dead-letters.ts. Errors and definitions are looked into as text: a JSON operator fails
-- on a \u0000 anywhere in the value, and a condition of an index must not.
CREATE INDEX executions_dead_letters ON executions (project_id, finished_at DESC, id DESC)
  WHERE status = 'failed' AND settled_as IS NULL AND (
    error::text LIKE '{"code":"EXECUTION_POISONED"%'
    OR (mode <> 'manual' AND origin ->> 'attended' IS NULL AND origin ->> 'awaited' IS NULL));

-- The modes that few executions have, the new ones included.
DROP INDEX executions_by_mode;
CREATE INDEX executions_by_mode ON executions (project_id, mode, created_at DESC, id DESC)
  WHERE mode IN ('manual', 'schedule', 'child', 'retry', 'rerun', 'fork', 'error', 'compensation');

-- Replays of recorded executions against another version: nothing of a replay is an execution.
CREATE TABLE replays (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id),
  workflow_id uuid NOT NULL,
  version_id uuid NOT NULL,
  against text NOT NULL CHECK (against IN ('draft', 'published', 'version')),
  status text NOT NULL CHECK (status IN ('running', 'finished', 'stopped')),
  total integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text,
  -- of the process that replays: one that was silent for long is gone, and the replay with it
  beat_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  -- why it was stopped before its end
  reason text,
  CHECK ((status = 'running') = (finished_at IS NULL))
);
CREATE INDEX replays_list ON replays (workflow_id, created_at DESC, id DESC);

-- What became of each execution of a replay: packages/contracts/src/replay.ts.
CREATE TABLE replay_results (
  replay_id uuid NOT NULL REFERENCES replays (id) ON DELETE CASCADE,
  position integer NOT NULL,
  project_id uuid NOT NULL,
  execution_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('same', 'changed', 'incomplete', 'not-replayed')),
  result json NOT NULL,
  PRIMARY KEY (replay_id, position)
);
