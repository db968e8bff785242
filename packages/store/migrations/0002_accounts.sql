-- Accounts of people, as better-auth reads and writes them (names mapped in apps/server/src/accounts), the guard of the
-- first owner, and what lists and live webhooks need to stay cheap.
-- Instance tables without project_id: users, user_sessions, user_accounts, user_verifications, instance_owner,
-- live_revision. What a person may see is decided by project_members.

CREATE TABLE users (
  id text PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_sessions (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX user_sessions_user_id_idx ON user_sessions (user_id);

-- One way of signing in; provider "credential" holds the scrypt hash of a password.
CREATE TABLE user_accounts (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX user_accounts_user_id_idx ON user_accounts (user_id);

CREATE TABLE user_verifications (
  id text PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX user_verifications_identifier_idx ON user_verifications (identifier);

ALTER TABLE project_members ADD CONSTRAINT project_members_user_fkey FOREIGN KEY (user_id) REFERENCES users (id);

-- At most one row: whoever inserts it first is the owner, and sign-up is closed from then on.
CREATE TABLE instance_owner (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  user_id text NOT NULL REFERENCES users (id),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Rises with every change of the live webhooks, so that each process knows when to read them again.
CREATE TABLE live_revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL
);
INSERT INTO live_revision (revision) VALUES (1);

-- What the list of workflows shows of a draft, so that it need not read whole definitions.
ALTER TABLE workflow_versions
  ADD COLUMN node_count integer NOT NULL DEFAULT 0,
  ADD COLUMN trigger_types text[] NOT NULL DEFAULT '{}';
