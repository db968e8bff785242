import { createTestDatabase } from '@navette/testing';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { encodeSchemaSnapshot } from './schema-snapshot.ts';

test('shows what a schema is made of, in an order that does not depend on when it was made', async () => {
  await using empty = await createTestDatabase({ template: false });
  const database = await openDatabase({ connectionString: empty.connectionString });
  try {
    await database.pool.query(`
      CREATE TABLE zebra (id int PRIMARY KEY, stripes bigint GENERATED ALWAYS AS IDENTITY);
      CREATE TYPE mood AS ENUM ('fine', 'bad');
      CREATE TABLE ant (
        id uuid NOT NULL, zebra_id int REFERENCES zebra ON DELETE CASCADE, mood mood DEFAULT 'fine',
        name text COLLATE "C" CHECK (length(name) < 9), UNIQUE (id, name)
      ) WITH (fillfactor=70);
      CREATE INDEX ant_by_mood ON ant (mood) WHERE mood = 'bad';
      CREATE TABLE event (at timestamptz NOT NULL) PARTITION BY RANGE (at);
      CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      COMMENT ON COLUMN ant.name IS 'its name';
    `);
    expect(await encodeSchemaSnapshot(database.pool)).toBe(`CREATE TYPE mood AS ENUM ('fine', 'bad');

CREATE TABLE ant (
  id uuid NOT NULL,
  zebra_id integer,
  mood mood DEFAULT 'fine'::mood,
  name text COLLATE "C",
  CONSTRAINT ant_id_name_key UNIQUE (id, name),
  CONSTRAINT ant_zebra_id_fkey FOREIGN KEY (zebra_id) REFERENCES zebra(id) ON DELETE CASCADE,
  CONSTRAINT ant_name_check CHECK ((length(name) < 9))
) WITH (fillfactor=70);
CREATE INDEX ant_by_mood ON public.ant USING btree (mood) WHERE (mood = 'bad'::mood);
COMMENT ON COLUMN ant.name IS 'its name';

CREATE TABLE event (
  at timestamp with time zone NOT NULL
) PARTITION BY RANGE (at);

CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');

CREATE TABLE zebra (
  id integer NOT NULL,
  stripes bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  CONSTRAINT zebra_pkey PRIMARY KEY (id)
);
`);
  } finally {
    await database.close();
  }
});
