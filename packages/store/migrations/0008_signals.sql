-- Messages into executions: signals, webhook resumes, decisions; approvals; why a parked execution waits, for programs.

-- {"code", "params"}, written with every wait; read only while the execution waits.
ALTER TABLE executions ADD COLUMN IF NOT EXISTS why json;

-- What was sent into executions: signals, requests to resume addresses, decisions of approvals. A row stays until its
-- execution is deleted, so that what came once cannot come again; the content goes when a step has taken it.
CREATE TABLE messages (
  id uuid PRIMARY KEY,
  -- order of arrival: given under the lock of the execution, or of the correlation
  position bigint GENERATED ALWAYS AS IDENTITY,
  project_id uuid NOT NULL,
  -- null: kept for the first execution of the workflow that waits under the key
  execution_id uuid,
  -- of messages that were sent to a workflow under a key
  workflow_id uuid,
  correlation_key text,
  -- "signal:<name>", "resume:<path>", "approval:<path>"
  channel text NOT NULL,
  -- at most one message, or none and closed
  once boolean NOT NULL,
  -- packages/contracts/src/message.ts; null: taken, or the channel was closed
  body json,
  idempotency_key text,
  created_at timestamptz NOT NULL DEFAULT now(),
  taken_at timestamptz,
  CHECK ((workflow_id IS NULL) = (correlation_key IS NULL)),
  CHECK (execution_id IS NOT NULL OR workflow_id IS NOT NULL)
);
CREATE INDEX messages_pending ON messages (execution_id, channel, position)
  WHERE taken_at IS NULL AND execution_id IS NOT NULL;
CREATE INDEX messages_by_execution ON messages (execution_id) WHERE execution_id IS NOT NULL;
CREATE INDEX messages_kept ON messages (workflow_id, channel, correlation_key, position) WHERE execution_id IS NULL;
CREATE INDEX messages_kept_since ON messages (created_at) WHERE execution_id IS NULL;
CREATE UNIQUE INDEX messages_once ON messages (execution_id, channel) WHERE once;
CREATE UNIQUE INDEX messages_key ON messages (execution_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL AND workflow_id IS NULL;
CREATE UNIQUE INDEX messages_correlated_key ON messages (workflow_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL AND workflow_id IS NOT NULL;

-- Steps that wait under a correlation key: how a sender finds an execution without knowing it.
CREATE TABLE correlated_waits (
  execution_id uuid NOT NULL,
  path text NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  channel text NOT NULL,
  correlation_key text NOT NULL,
  PRIMARY KEY (execution_id, path)
);
CREATE INDEX correlated_waits_by_key ON correlated_waits (workflow_id, channel, correlation_key, position);

-- What people are asked to decide. The id is derived from execution and path: a crash in between makes no second one.
CREATE TABLE approvals (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  execution_id uuid NOT NULL,
  path text NOT NULL,
  status text NOT NULL DEFAULT 'open'
    CHECK (status IN ('open', 'approved', 'rejected', 'expired', 'cancelled')),
  title text NOT NULL,
  -- Markdown
  message text NOT NULL,
  -- everybody with at least this role may decide; null: only the people named
  role text CHECK (role IN ('owner', 'admin', 'editor', 'operator', 'viewer')),
  -- e-mail addresses in lower case, or user ids
  people text[] NOT NULL,
  escalate_at timestamptz,
  escalation_role text CHECK (escalation_role IN ('owner', 'admin', 'editor', 'operator', 'viewer')),
  escalation_people text[] NOT NULL DEFAULT '{}',
  fields json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  decided_at timestamptz,
  decided_by json,
  comment text,
  "values" json,
  UNIQUE (execution_id, path),
  CHECK ((status = 'open') = (decided_at IS NULL)),
  CHECK ((status IN ('approved', 'rejected')) = (decided_by IS NOT NULL))
);
CREATE INDEX approvals_list ON approvals (project_id, created_at DESC, id DESC);
CREATE INDEX approvals_open ON approvals (project_id, created_at DESC, id DESC) WHERE status = 'open';

-- Somebody who decided by a link that was made out to them: the id is their e-mail address.
ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_actor_kind_check;
ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_actor_kind_check
  CHECK (actor_kind IN ('user', 'api-key', 'system', 'link'));
