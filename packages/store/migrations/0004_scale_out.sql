-- Reserved: roles, leader election, outbox.

-- Roles and the leader (docs/adr/0017-roles-and-leader.md). Instance table without project_id: scheduler_leader.

-- What a worker can run, for whoever wonders why an execution stays queued.
ALTER TABLE workers
  ADD COLUMN role text NOT NULL DEFAULT 'all' CHECK (role IN ('all', 'worker')),
  ADD COLUMN max_active integer NOT NULL DEFAULT 0,
  -- "type@version", sorted
  ADD COLUMN node_types text[] NOT NULL DEFAULT '{}',
  -- the newest form of a definition that it reads
  ADD COLUMN definition_schema integer NOT NULL DEFAULT 1;

-- At most one row: who runs the loops that one process runs for all. Leadership itself is a session lock; this row tells
-- who holds it, and shows a leader that holds it but has stopped (a paused process).
CREATE TABLE scheduler_leader (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  holder uuid NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  version text NOT NULL,
  -- rises with each election
  term bigint NOT NULL,
  elected_at timestamptz NOT NULL,
  beat_at timestamptz NOT NULL
);

-- Cancellations under way: few at any time.
CREATE INDEX executions_cancel_requested ON executions (cancel_requested_at)
  WHERE cancel_requested_at IS NOT NULL AND status IN ('queued', 'running', 'waiting');

-- The queue (docs/adr/0011-bullmq-dispatcher.md). Instance table without project_id: queue_state.

-- One row: what must outlive Redis and every process.
CREATE TABLE queue_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- null: queued executions are handed out
  paused_at timestamptz
);
INSERT INTO queue_state DEFAULT VALUES;
