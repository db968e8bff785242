-- Foundation: projects, workflows, executions with their journal, workers, artifacts, secrets, keys, audit.
-- Every tenant table carries project_id. Instance tables that have none: workers, worker_heartbeats, data_keys.

CREATE TABLE projects (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE project_members (
  project_id uuid NOT NULL REFERENCES projects (id),
  user_id text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'operator', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, user_id)
);
CREATE INDEX project_members_user ON project_members (user_id);

CREATE TABLE workflows (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id),
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  draft_version_id uuid NOT NULL,
  published_version_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX workflows_list ON workflows (project_id, updated_at DESC, id DESC) WHERE deleted_at IS NULL;

-- Immutable: a row is never updated. The same content of the same workflow is the same version.
CREATE TABLE workflow_versions (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id),
  workflow_id uuid NOT NULL REFERENCES workflows (id),
  number integer NOT NULL CHECK (number > 0),
  content_hash text NOT NULL,
  definition json NOT NULL,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (workflow_id, number),
  UNIQUE (workflow_id, content_hash)
);

-- One run of a version. `fence` rises with every claim; every write by an owner carries it.
-- No foreign keys here and on the journal: each would cost a row lock on the hot path, and rows are only written
-- by code that has just read what they refer to.
CREATE TABLE executions (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  version_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  mode text NOT NULL,
  trigger_node_id text NOT NULL,
  fence bigint NOT NULL DEFAULT 0,
  owner uuid,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  -- waiting: when it goes on by itself; null: only when something wakes it
  wake_at timestamptz,
  -- something happened that a running or waiting owner must look at (a child has ended)
  wake_requested boolean NOT NULL DEFAULT false,
  cancel_requested_at timestamptz,
  deadline_at timestamptz,
  reason text,
  error json,
  idempotency_key text,
  retry_of uuid,
  -- the first execution of a chain of retries: effect keys are derived from it
  root_id uuid NOT NULL,
  parent_id uuid,
  parent_path text,
  depth integer NOT NULL DEFAULT 0,
  recoveries integer NOT NULL DEFAULT 0,
  -- the dead owner that it was last taken from; cleared when it is claimed again
  recovered_from uuid,
  CHECK ((status = 'running') = (owner IS NOT NULL)),
  CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
-- Ids are UUIDv7, so the newest come first without a column for time.
CREATE INDEX executions_list ON executions (project_id, id DESC);
CREATE INDEX executions_by_workflow ON executions (workflow_id, id DESC);
CREATE INDEX executions_queued ON executions (id) WHERE status = 'queued';
CREATE INDEX executions_running ON executions (owner) WHERE status = 'running';
CREATE INDEX executions_waiting ON executions (wake_at) WHERE status = 'waiting';
CREATE INDEX executions_parent ON executions (parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX executions_idempotency ON executions (project_id, workflow_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

-- What an execution has done, one row per commit; the format is packages/contracts/src/journal.ts.
-- json, not jsonb: it is written far more often than searched, and keeps every string that JSON can hold.
CREATE TABLE journal (
  execution_id uuid NOT NULL,
  seq integer NOT NULL CHECK (seq > 0),
  project_id uuid NOT NULL,
  -- of the owner that wrote it: tells a writer that lost its connection whether its commit arrived
  fence bigint NOT NULL,
  records json NOT NULL,
  PRIMARY KEY (execution_id, seq)
);

CREATE TABLE workers (
  id uuid PRIMARY KEY,
  -- processes that share a data folder share it, so that a restart knows its dead predecessor
  instance text NOT NULL,
  version text NOT NULL,
  pid integer NOT NULL,
  host text NOT NULL,
  state text NOT NULL CHECK (state IN ('alive', 'dead')),
  started_at timestamptz NOT NULL DEFAULT now(),
  stopped_at timestamptz
);
CREATE INDEX workers_alive ON workers (id) WHERE state = 'alive';

-- Apart from workers, so that a beat never waits for a batch that holds a share lock on the worker's row.
CREATE TABLE worker_heartbeats (
  worker_id uuid PRIMARY KEY REFERENCES workers (id),
  at timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE artifacts (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  file_name text NOT NULL,
  media_type text NOT NULL,
  execution_id uuid,
  step_path text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX artifacts_list ON artifacts (project_id, id DESC);
CREATE INDEX artifacts_by_execution ON artifacts (execution_id) WHERE execution_id IS NOT NULL;

-- Data keys are wrapped by the master key, which is never in the database.
CREATE TABLE data_keys (
  id uuid PRIMARY KEY,
  wrapped bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE credentials (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id),
  name text NOT NULL,
  type text NOT NULL,
  allowed_hosts text[] NOT NULL DEFAULT '{}',
  data_key_id uuid NOT NULL REFERENCES data_keys (id),
  -- AES-256-GCM: 12 bytes nonce, ciphertext, 16 bytes tag; the row id is the additional data
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX credentials_list ON credentials (project_id, id DESC);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id),
  name text NOT NULL,
  prefix text NOT NULL,
  -- SHA-256 of a secret with 256 random bits: nothing to guess, so nothing to stretch
  secret_sha256 bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_keys_list ON api_keys (project_id, id DESC);

CREATE TABLE audit_entries (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  action text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'api-key', 'system')),
  actor_id text,
  resource_kind text,
  resource_id text,
  details json NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_list ON audit_entries (project_id, id DESC);

-- The live webhooks. `shape` is the path with every parameter replaced by ":": two live webhooks may not share one.
CREATE TABLE webhooks (
  method text NOT NULL,
  shape text NOT NULL,
  project_id uuid NOT NULL REFERENCES projects (id),
  workflow_id uuid NOT NULL REFERENCES workflows (id),
  version_id uuid NOT NULL,
  node_id text NOT NULL,
  path text NOT NULL,
  PRIMARY KEY (method, shape)
);
CREATE INDEX webhooks_by_workflow ON webhooks (workflow_id);

CREATE TABLE schedules (
  workflow_id uuid NOT NULL REFERENCES workflows (id),
  node_id text NOT NULL,
  project_id uuid NOT NULL REFERENCES projects (id),
  version_id uuid NOT NULL,
  -- ScheduleSpec with the time zone filled in
  spec json NOT NULL,
  -- null: no more runs
  next_at timestamptz,
  last_at timestamptz,
  PRIMARY KEY (workflow_id, node_id)
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;

-- Answers to creates that carried an Idempotency-Key, for 24 hours.
CREATE TABLE idempotency_keys (
  project_id uuid NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  request_sha256 bytea NOT NULL,
  status integer,
  body json,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, route, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
