-- Made by scripts/schema-snapshot.mjs from packages/store/migrations. Do not edit.

CREATE TABLE api_keys (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  name text NOT NULL,
  prefix text NOT NULL,
  secret_sha256 bytea NOT NULL,
  scopes text[] NOT NULL,
  created_by text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_secret_sha256_key UNIQUE (secret_sha256),
  CONSTRAINT api_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX api_keys_list ON public.api_keys USING btree (project_id, id DESC);

CREATE TABLE approvals (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  execution_id uuid NOT NULL,
  path text NOT NULL,
  status text DEFAULT 'open'::text NOT NULL,
  title text NOT NULL,
  message text NOT NULL,
  role text,
  people text[] NOT NULL,
  escalate_at timestamp with time zone,
  escalation_role text,
  escalation_people text[] DEFAULT '{}'::text[] NOT NULL,
  fields json NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  expires_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_by json,
  comment text,
  "values" json,
  CONSTRAINT approvals_pkey PRIMARY KEY (id),
  CONSTRAINT approvals_execution_id_path_key UNIQUE (execution_id, path),
  CONSTRAINT approvals_check CHECK (((status = 'open'::text) = (decided_at IS NULL))),
  CONSTRAINT approvals_check1 CHECK (((status = ANY (ARRAY['approved'::text, 'rejected'::text])) = (decided_by IS NOT NULL))),
  CONSTRAINT approvals_escalation_role_check CHECK ((escalation_role = ANY (ARRAY['owner'::text, 'admin'::text, 'editor'::text, 'operator'::text, 'viewer'::text]))),
  CONSTRAINT approvals_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'editor'::text, 'operator'::text, 'viewer'::text]))),
  CONSTRAINT approvals_status_check CHECK ((status = ANY (ARRAY['open'::text, 'approved'::text, 'rejected'::text, 'expired'::text, 'cancelled'::text])))
);
CREATE INDEX approvals_list ON public.approvals USING btree (project_id, created_at DESC, id DESC);
CREATE INDEX approvals_open ON public.approvals USING btree (project_id, created_at DESC, id DESC) WHERE (status = 'open'::text);

CREATE TABLE artifact_refs (
  holder_kind text NOT NULL,
  holder_id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  project_id uuid NOT NULL,
  CONSTRAINT artifact_refs_pkey PRIMARY KEY (holder_id, artifact_id),
  CONSTRAINT artifact_refs_artifact_id_fkey FOREIGN KEY (artifact_id) REFERENCES artifacts(id),
  CONSTRAINT artifact_refs_holder_kind_check CHECK ((holder_kind = ANY (ARRAY['execution'::text, 'version'::text, 'message'::text])))
);
CREATE INDEX artifact_refs_by_artifact ON public.artifact_refs USING btree (artifact_id);

CREATE TABLE artifacts (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL,
  file_name text NOT NULL,
  media_type text NOT NULL,
  execution_id uuid,
  step_path text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  review_at timestamp with time zone DEFAULT now(),
  CONSTRAINT artifacts_pkey PRIMARY KEY (id),
  CONSTRAINT artifacts_sha256_fkey FOREIGN KEY (sha256) REFERENCES contents(sha256),
  CONSTRAINT artifacts_size_bytes_check CHECK ((size_bytes >= 0))
);
CREATE INDEX artifacts_by_content ON public.artifacts USING btree (sha256);
CREATE INDEX artifacts_by_execution ON public.artifacts USING btree (execution_id) WHERE (execution_id IS NOT NULL);
CREATE INDEX artifacts_list ON public.artifacts USING btree (project_id, id DESC);
CREATE INDEX artifacts_review ON public.artifacts USING btree (review_at) WHERE (review_at IS NOT NULL);

CREATE TABLE audit_entries (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  at timestamp with time zone DEFAULT now() NOT NULL,
  action text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  resource_kind text,
  resource_id text,
  details json DEFAULT '{}'::json NOT NULL,
  CONSTRAINT audit_entries_pkey PRIMARY KEY (id),
  CONSTRAINT audit_entries_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'api-key'::text, 'system'::text, 'link'::text])))
);
CREATE INDEX audit_list ON public.audit_entries USING btree (project_id, id DESC);

CREATE TABLE contents (
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL,
  stored_bytes bigint NOT NULL,
  encoding text NOT NULL,
  location text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  review_at timestamp with time zone,
  CONSTRAINT contents_pkey PRIMARY KEY (sha256),
  CONSTRAINT contents_encoding_check CHECK ((encoding = ANY (ARRAY['identity'::text, 'zstd'::text]))),
  CONSTRAINT contents_location_check CHECK ((location = ANY (ARRAY['files'::text, 's3'::text]))),
  CONSTRAINT contents_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  CONSTRAINT contents_size_bytes_check CHECK ((size_bytes >= 0)),
  CONSTRAINT contents_stored_bytes_check CHECK ((stored_bytes >= 0))
);
CREATE INDEX contents_review ON public.contents USING btree (review_at) WHERE (review_at IS NOT NULL);

CREATE TABLE correlated_waits (
  execution_id uuid NOT NULL,
  path text NOT NULL,
  "position" bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  channel text NOT NULL,
  correlation_key text NOT NULL,
  CONSTRAINT correlated_waits_pkey PRIMARY KEY (execution_id, path)
);
CREATE INDEX correlated_waits_by_key ON public.correlated_waits USING btree (workflow_id, channel, correlation_key, "position");

CREATE TABLE credentials (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  allowed_hosts text[] DEFAULT '{}'::text[] NOT NULL,
  data_key_id uuid NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT credentials_pkey PRIMARY KEY (id),
  CONSTRAINT credentials_data_key_id_fkey FOREIGN KEY (data_key_id) REFERENCES data_keys(id),
  CONSTRAINT credentials_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX credentials_list ON public.credentials USING btree (project_id, id DESC);

CREATE TABLE data_keys (
  id uuid NOT NULL,
  wrapped bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT data_keys_pkey PRIMARY KEY (id)
);

CREATE TABLE executions (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  version_id uuid NOT NULL,
  status text NOT NULL,
  mode text NOT NULL,
  trigger_node_id text NOT NULL,
  fence bigint DEFAULT 0 NOT NULL,
  owner uuid,
  created_at timestamp with time zone NOT NULL,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  wake_at timestamp with time zone,
  wake_requested boolean DEFAULT false NOT NULL,
  cancel_requested_at timestamp with time zone,
  deadline_at timestamp with time zone,
  reason text,
  error json,
  idempotency_key text,
  retry_of uuid,
  root_id uuid NOT NULL,
  parent_id uuid,
  parent_path text,
  depth integer DEFAULT 0 NOT NULL,
  recoveries integer DEFAULT 0 NOT NULL,
  recovered_from uuid,
  priority smallint DEFAULT 1 NOT NULL,
  concurrency_id uuid,
  rate_id uuid,
  held_by uuid,
  data_deleted_at timestamp with time zone,
  origin json,
  settled_as text,
  settled_at timestamp with time zone,
  why json,
  CONSTRAINT executions_pkey PRIMARY KEY (id),
  CONSTRAINT executions_sound CHECK (execution_is_sound(status, owner, started_at, finished_at, priority, concurrency_id, rate_id, held_by, settled_as, settled_at))
);
CREATE INDEX executions_by_mode ON public.executions USING btree (project_id, mode, created_at DESC, id DESC) WHERE (mode = ANY (ARRAY['manual'::text, 'schedule'::text, 'child'::text, 'retry'::text, 'rerun'::text, 'fork'::text, 'error'::text, 'compensation'::text]));
CREATE INDEX executions_by_workflow ON public.executions USING btree (workflow_id, created_at DESC, id DESC);
CREATE INDEX executions_cancel_requested ON public.executions USING btree (cancel_requested_at) WHERE ((cancel_requested_at IS NOT NULL) AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text])));
CREATE INDEX executions_dead_letters ON public.executions USING btree (project_id, finished_at DESC, id DESC) WHERE ((status = 'failed'::text) AND (settled_as IS NULL) AND (((error)::text ~~ '{"code":"EXECUTION_POISONED"%'::text) OR ((mode <> 'manual'::text) AND ((origin ->> 'attended'::text) IS NULL) AND ((origin ->> 'awaited'::text) IS NULL))));
CREATE UNIQUE INDEX executions_idempotency ON public.executions USING btree (project_id, workflow_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX executions_list ON public.executions USING btree (project_id, created_at DESC, id DESC);
CREATE INDEX executions_parent ON public.executions USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX executions_places ON public.executions USING btree (concurrency_id, ((NOT (held_by IS DISTINCT FROM concurrency_id)))) WHERE ((concurrency_id IS NOT NULL) AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text])));
CREATE INDEX executions_queued ON public.executions USING btree (held_by, project_id, priority, created_at, id) WHERE (status = 'queued'::text);
CREATE INDEX executions_rate ON public.executions USING btree (rate_id, started_at, held_by) WHERE ((rate_id IS NOT NULL) AND ((started_at IS NOT NULL) OR (status = 'queued'::text)));
CREATE INDEX executions_retry_of ON public.executions USING btree (retry_of) WHERE (retry_of IS NOT NULL);
CREATE INDEX executions_running ON public.executions USING btree (owner) WHERE (status = 'running'::text);
CREATE INDEX executions_summaries ON public.executions USING btree (created_at, id) WHERE (data_deleted_at IS NOT NULL);
CREATE INDEX executions_unsuccessful ON public.executions USING btree (project_id, created_at DESC, id DESC) WHERE (status = ANY (ARRAY['failed'::text, 'cancelled'::text]));
CREATE INDEX executions_waiting ON public.executions USING btree (wake_at) WHERE (status = 'waiting'::text);

CREATE TABLE idempotency_keys (
  project_id uuid NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  request_sha256 bytea NOT NULL,
  status integer,
  body json,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (project_id, route, key)
);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);

CREATE TABLE instance_owner (
  only_row boolean DEFAULT true NOT NULL,
  user_id text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT instance_owner_pkey PRIMARY KEY (only_row),
  CONSTRAINT instance_owner_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
  CONSTRAINT instance_owner_only_row_check CHECK (only_row)
);

CREATE TABLE journal (
  execution_id uuid NOT NULL,
  seq integer NOT NULL,
  project_id uuid NOT NULL,
  fence bigint NOT NULL,
  records text NOT NULL,
  CONSTRAINT journal_pkey PRIMARY KEY (execution_id, seq),
  CONSTRAINT journal_seq_check CHECK ((seq > 0))
);

CREATE TABLE limit_keys (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  kind text NOT NULL,
  label text,
  capacity integer NOT NULL,
  interval_ms bigint,
  overflow text DEFAULT 'queue'::text NOT NULL,
  next_at timestamp with time zone,
  gathering_id uuid,
  used_at timestamp with time zone NOT NULL,
  CONSTRAINT limit_keys_pkey PRIMARY KEY (id),
  CONSTRAINT limit_keys_capacity_check CHECK ((capacity > 0)),
  CONSTRAINT limit_keys_interval_ms_check CHECK ((interval_ms > 0)),
  CONSTRAINT limit_keys_kind_check CHECK ((kind = ANY (ARRAY['concurrency'::text, 'rate'::text, 'trigger'::text]))),
  CONSTRAINT limit_keys_overflow_check CHECK ((overflow = ANY (ARRAY['queue'::text, 'skip'::text, 'cancel-oldest'::text])))
);
CREATE INDEX limit_keys_due ON public.limit_keys USING btree (next_at) WHERE ((kind = 'rate'::text) AND (next_at IS NOT NULL));
CREATE INDEX limit_keys_used ON public.limit_keys USING btree (used_at);

CREATE TABLE live_revision (
  only_row boolean DEFAULT true NOT NULL,
  revision bigint NOT NULL,
  CONSTRAINT live_revision_pkey PRIMARY KEY (only_row),
  CONSTRAINT live_revision_only_row_check CHECK (only_row)
);

CREATE TABLE messages (
  id uuid NOT NULL,
  "position" bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  project_id uuid NOT NULL,
  execution_id uuid,
  workflow_id uuid,
  correlation_key text,
  channel text NOT NULL,
  once boolean NOT NULL,
  body json,
  idempotency_key text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  taken_at timestamp with time zone,
  CONSTRAINT messages_pkey PRIMARY KEY (id),
  CONSTRAINT messages_check CHECK (((workflow_id IS NULL) = (correlation_key IS NULL))),
  CONSTRAINT messages_check1 CHECK (((execution_id IS NOT NULL) OR (workflow_id IS NOT NULL)))
);
CREATE INDEX messages_by_execution ON public.messages USING btree (execution_id) WHERE (execution_id IS NOT NULL);
CREATE UNIQUE INDEX messages_correlated_key ON public.messages USING btree (workflow_id, idempotency_key) WHERE ((idempotency_key IS NOT NULL) AND (workflow_id IS NOT NULL));
CREATE INDEX messages_kept ON public.messages USING btree (workflow_id, channel, correlation_key, "position") WHERE (execution_id IS NULL);
CREATE INDEX messages_kept_since ON public.messages USING btree (created_at) WHERE (execution_id IS NULL);
CREATE UNIQUE INDEX messages_key ON public.messages USING btree (execution_id, idempotency_key) WHERE ((idempotency_key IS NOT NULL) AND (workflow_id IS NULL));
CREATE UNIQUE INDEX messages_once ON public.messages USING btree (execution_id, channel) WHERE once;
CREATE INDEX messages_pending ON public.messages USING btree (execution_id, channel, "position") WHERE ((taken_at IS NULL) AND (execution_id IS NOT NULL));

CREATE TABLE payload_refs (
  execution_id uuid NOT NULL,
  sha256 bytea NOT NULL,
  project_id uuid NOT NULL,
  CONSTRAINT payload_refs_pkey PRIMARY KEY (execution_id, sha256),
  CONSTRAINT payload_refs_project_id_sha256_fkey FOREIGN KEY (project_id, sha256) REFERENCES payloads(project_id, sha256)
);
CREATE INDEX payload_refs_by_payload ON public.payload_refs USING btree (project_id, sha256);

CREATE TABLE payloads (
  project_id uuid NOT NULL,
  sha256 bytea NOT NULL,
  size_bytes integer NOT NULL,
  encoding text NOT NULL,
  bytes bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  review_at timestamp with time zone,
  CONSTRAINT payloads_pkey PRIMARY KEY (project_id, sha256),
  CONSTRAINT payloads_encoding_check CHECK ((encoding = ANY (ARRAY['identity'::text, 'zstd'::text]))),
  CONSTRAINT payloads_sha256_check CHECK ((length(sha256) = 32)),
  CONSTRAINT payloads_size_bytes_check CHECK ((size_bytes >= 0))
);
CREATE INDEX payloads_review ON public.payloads USING btree (review_at) WHERE (review_at IS NOT NULL);

CREATE TABLE project_members (
  project_id uuid NOT NULL,
  user_id text NOT NULL,
  role text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT project_members_pkey PRIMARY KEY (project_id, user_id),
  CONSTRAINT project_members_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  CONSTRAINT project_members_user_fkey FOREIGN KEY (user_id) REFERENCES users(id),
  CONSTRAINT project_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'editor'::text, 'operator'::text, 'viewer'::text])))
);
CREATE INDEX project_members_user ON public.project_members USING btree (user_id);

CREATE TABLE projects (
  id uuid NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  queue_weight real DEFAULT 1 NOT NULL,
  CONSTRAINT projects_pkey PRIMARY KEY (id),
  CONSTRAINT projects_queue_weight_check CHECK (((queue_weight >= (0.01)::double precision) AND (queue_weight <= (1000)::double precision)))
);

CREATE TABLE queue_state (
  only_row boolean DEFAULT true NOT NULL,
  paused_at timestamp with time zone,
  CONSTRAINT queue_state_pkey PRIMARY KEY (only_row),
  CONSTRAINT queue_state_only_row_check CHECK (only_row)
);

CREATE TABLE replay_results (
  replay_id uuid NOT NULL,
  "position" integer NOT NULL,
  project_id uuid NOT NULL,
  execution_id uuid NOT NULL,
  outcome text NOT NULL,
  result json NOT NULL,
  CONSTRAINT replay_results_pkey PRIMARY KEY (replay_id, "position"),
  CONSTRAINT replay_results_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES replays(id) ON DELETE CASCADE,
  CONSTRAINT replay_results_outcome_check CHECK ((outcome = ANY (ARRAY['same'::text, 'changed'::text, 'incomplete'::text, 'not-replayed'::text])))
);

CREATE TABLE replays (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  version_id uuid NOT NULL,
  against text NOT NULL,
  status text NOT NULL,
  total integer NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  created_by text,
  beat_at timestamp with time zone DEFAULT now() NOT NULL,
  finished_at timestamp with time zone,
  reason text,
  CONSTRAINT replays_pkey PRIMARY KEY (id),
  CONSTRAINT replays_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  CONSTRAINT replays_against_check CHECK ((against = ANY (ARRAY['draft'::text, 'published'::text, 'version'::text]))),
  CONSTRAINT replays_check CHECK (((status = 'running'::text) = (finished_at IS NULL))),
  CONSTRAINT replays_status_check CHECK ((status = ANY (ARRAY['running'::text, 'finished'::text, 'stopped'::text])))
);
CREATE INDEX replays_list ON public.replays USING btree (workflow_id, created_at DESC, id DESC);

CREATE TABLE retention_state (
  only_row boolean DEFAULT true NOT NULL,
  holder uuid,
  held_until timestamp with time zone,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  counts json,
  unfinished uuid[] DEFAULT '{}'::uuid[] NOT NULL,
  CONSTRAINT retention_state_pkey PRIMARY KEY (only_row),
  CONSTRAINT retention_state_only_row_check CHECK (only_row)
);

CREATE TABLE scheduler_leader (
  only_row boolean DEFAULT true NOT NULL,
  holder uuid NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  version text NOT NULL,
  term bigint NOT NULL,
  elected_at timestamp with time zone NOT NULL,
  beat_at timestamp with time zone NOT NULL,
  CONSTRAINT scheduler_leader_pkey PRIMARY KEY (only_row),
  CONSTRAINT scheduler_leader_only_row_check CHECK (only_row)
);

CREATE TABLE schedules (
  workflow_id uuid NOT NULL,
  node_id text NOT NULL,
  project_id uuid NOT NULL,
  version_id uuid NOT NULL,
  spec json NOT NULL,
  next_at timestamp with time zone,
  last_at timestamp with time zone,
  CONSTRAINT schedules_pkey PRIMARY KEY (workflow_id, node_id),
  CONSTRAINT schedules_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  CONSTRAINT schedules_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES workflows(id)
);
CREATE INDEX schedules_due ON public.schedules USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE TABLE schema_migrations (
  version integer NOT NULL,
  name text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);

CREATE TABLE user_accounts (
  id text NOT NULL,
  user_id text NOT NULL,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT user_accounts_pkey PRIMARY KEY (id),
  CONSTRAINT user_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX user_accounts_user_id_idx ON public.user_accounts USING btree (user_id);

CREATE TABLE user_sessions (
  id text NOT NULL,
  user_id text NOT NULL,
  token text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT user_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT user_sessions_token_key UNIQUE (token),
  CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX user_sessions_user_id_idx ON public.user_sessions USING btree (user_id);

CREATE TABLE user_verifications (
  id text NOT NULL,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT user_verifications_pkey PRIMARY KEY (id)
);
CREATE INDEX user_verifications_identifier_idx ON public.user_verifications USING btree (identifier);

CREATE TABLE users (
  id text NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  email_verified boolean DEFAULT false NOT NULL,
  image text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_email_key UNIQUE (email)
);

CREATE TABLE webhooks (
  method text NOT NULL,
  shape text NOT NULL,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  version_id uuid NOT NULL,
  node_id text NOT NULL,
  path text NOT NULL,
  CONSTRAINT webhooks_pkey PRIMARY KEY (method, shape),
  CONSTRAINT webhooks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  CONSTRAINT webhooks_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES workflows(id)
);
CREATE INDEX webhooks_by_workflow ON public.webhooks USING btree (workflow_id);

CREATE TABLE worker_heartbeats (
  worker_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT worker_heartbeats_pkey PRIMARY KEY (worker_id),
  CONSTRAINT worker_heartbeats_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES workers(id)
) WITH (fillfactor=50);

CREATE TABLE workers (
  id uuid NOT NULL,
  instance text NOT NULL,
  version text NOT NULL,
  pid integer NOT NULL,
  host text NOT NULL,
  state text NOT NULL,
  started_at timestamp with time zone DEFAULT now() NOT NULL,
  stopped_at timestamp with time zone,
  role text DEFAULT 'all'::text NOT NULL,
  max_active integer DEFAULT 0 NOT NULL,
  node_types text[] DEFAULT '{}'::text[] NOT NULL,
  definition_schema integer DEFAULT 1 NOT NULL,
  CONSTRAINT workers_pkey PRIMARY KEY (id),
  CONSTRAINT workers_role_check CHECK ((role = ANY (ARRAY['all'::text, 'worker'::text]))),
  CONSTRAINT workers_state_check CHECK ((state = ANY (ARRAY['alive'::text, 'dead'::text])))
);
CREATE INDEX workers_alive ON public.workers USING btree (id) WHERE (state = 'alive'::text);

CREATE TABLE workflow_versions (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  number integer NOT NULL,
  content_hash text NOT NULL,
  definition json NOT NULL,
  created_by text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  node_count integer DEFAULT 0 NOT NULL,
  trigger_types text[] DEFAULT '{}'::text[] NOT NULL,
  CONSTRAINT workflow_versions_pkey PRIMARY KEY (id),
  CONSTRAINT workflow_versions_workflow_id_content_hash_key UNIQUE (workflow_id, content_hash),
  CONSTRAINT workflow_versions_workflow_id_number_key UNIQUE (workflow_id, number),
  CONSTRAINT workflow_versions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  CONSTRAINT workflow_versions_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES workflows(id),
  CONSTRAINT workflow_versions_number_check CHECK ((number > 0))
);

CREATE TABLE workflows (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  name text NOT NULL,
  description text DEFAULT ''::text NOT NULL,
  draft_version_id uuid NOT NULL,
  published_version_id uuid,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  deleted_at timestamp with time zone,
  CONSTRAINT workflows_pkey PRIMARY KEY (id),
  CONSTRAINT workflows_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX workflows_list ON public.workflows USING btree (project_id, updated_at DESC, id DESC) WHERE (deleted_at IS NULL);

CREATE OR REPLACE FUNCTION public.execution_is_sound(status text, owner uuid, started_at timestamp with time zone, finished_at timestamp with time zone, priority smallint, concurrency_id uuid, rate_id uuid, held_by uuid, settled_as text, settled_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
BEGIN
  RETURN
    status IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')
    AND (status = 'running') = (owner IS NOT NULL)
    AND (status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)
    AND priority BETWEEN 0 AND 2
    AND (status <> 'running' OR held_by IS NULL)
    AND (status <> 'waiting'
      OR held_by IS NOT DISTINCT FROM coalesce(concurrency_id, CASE WHEN started_at IS NULL THEN rate_id END))
    AND (settled_as IS NULL) = (settled_at IS NULL)
    AND (settled_as IS NULL OR settled_as IN ('retried', 'dismissed'));
END
$function$;
