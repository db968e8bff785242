-- Values that are too large for the journal, the bytes of files, and what retention needs to let go of them
-- (docs/adr/0010-payloads-and-retention.md). Instance tables without project_id: contents, retention_state.
--
-- `review_at` is the same everywhere: when the collector looks whether anything still needs the row. Null: something did
-- when it last looked, and whoever lets go of the row sets it again. Whoever takes hold of a row puts it off.

-- A part of a value that left the journal: JSON text by its hash, compressed.
CREATE TABLE payloads (
  project_id uuid NOT NULL,
  -- of the text before compression
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  size_bytes integer NOT NULL CHECK (size_bytes >= 0),
  encoding text NOT NULL CHECK (encoding IN ('identity', 'zstd')),
  bytes bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  review_at timestamptz,
  PRIMARY KEY (project_id, sha256)
);
-- Compressed already.
ALTER TABLE payloads ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX payloads_review ON payloads (review_at) WHERE review_at IS NOT NULL;

-- Which executions need a payload. Written before the commit of the journal that names it.
CREATE TABLE payload_refs (
  execution_id uuid NOT NULL,
  sha256 bytea NOT NULL,
  project_id uuid NOT NULL,
  PRIMARY KEY (execution_id, sha256),
  FOREIGN KEY (project_id, sha256) REFERENCES payloads (project_id, sha256)
);
CREATE INDEX payload_refs_by_payload ON payload_refs (project_id, sha256);

-- The bytes of files by their hash, wherever they lie. The row is there before the file is.
CREATE TABLE contents (
  -- of the bytes before compression
  sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  stored_bytes bigint NOT NULL CHECK (stored_bytes >= 0),
  encoding text NOT NULL CHECK (encoding IN ('identity', 'zstd')),
  location text NOT NULL CHECK (location IN ('files', 's3')),
  created_at timestamptz NOT NULL DEFAULT now(),
  review_at timestamptz
);
CREATE INDEX contents_review ON contents (review_at) WHERE review_at IS NOT NULL;

INSERT INTO contents (sha256, size_bytes, stored_bytes, encoding, location)
SELECT DISTINCT ON (sha256) sha256, size_bytes, size_bytes, 'identity', 'files' FROM artifacts;

ALTER TABLE artifacts
  ADD COLUMN review_at timestamptz DEFAULT now(),
  ADD FOREIGN KEY (sha256) REFERENCES contents (sha256);
CREATE INDEX artifacts_review ON artifacts (review_at) WHERE review_at IS NOT NULL;
CREATE INDEX artifacts_by_content ON artifacts (sha256);

-- What needs a file beside the execution that made it: executions whose journal names it, versions with pinned data,
-- messages that no execution has taken yet.
CREATE TABLE artifact_refs (
  holder_kind text NOT NULL CHECK (holder_kind IN ('execution', 'version', 'message')),
  holder_id uuid NOT NULL,
  artifact_id uuid NOT NULL REFERENCES artifacts (id),
  project_id uuid NOT NULL,
  PRIMARY KEY (holder_id, artifact_id)
);
CREATE INDEX artifact_refs_by_artifact ON artifact_refs (artifact_id);

INSERT INTO artifact_refs (holder_kind, holder_id, artifact_id, project_id)
SELECT DISTINCT found.kind, found.holder_id, a.id, a.project_id
FROM (
  SELECT 'execution' AS kind, j.execution_id AS holder_id, j.project_id, m.match[1] AS hex
  FROM journal j CROSS JOIN LATERAL regexp_matches(j.records::text, 'art_([0-9a-f]{32})', 'g') AS m(match)
  UNION ALL
  SELECT 'version', v.id, v.project_id, m.match[1]
  FROM workflow_versions v CROSS JOIN LATERAL regexp_matches(v.definition::text, 'art_([0-9a-f]{32})', 'g') AS m(match)
) found
JOIN artifacts a ON a.id = found.hex::uuid AND a.project_id = found.project_id
WHERE a.execution_id IS DISTINCT FROM found.holder_id;

-- Journal, payloads and files are gone; what lists show is still there.
ALTER TABLE executions ADD COLUMN data_deleted_at timestamptz;
CREATE INDEX executions_summaries ON executions (created_at, id) WHERE data_deleted_at IS NOT NULL;
-- How retention finds what was made from an execution.
CREATE INDEX executions_retry_of ON executions (retry_of) WHERE retry_of IS NOT NULL;

-- One row: who clears away at the moment, and what the last round did.
CREATE TABLE retention_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  holder uuid,
  held_until timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  -- what the last round that came to its end removed
  counts json,
  -- executions whose journal is so long that it is removed in several transactions
  unfinished uuid[] NOT NULL DEFAULT '{}'
);
INSERT INTO retention_state DEFAULT VALUES;
