import pg from 'pg';

/** Resolves when the database answers on a new connection within the limit; rejects with why it did not. */
export async function probeDatabase(connectionString: string, limitMs: number): Promise<void> {
  const client = new pg.Client({
    connectionString,
    application_name: 'navette probe',
    connectionTimeoutMillis: limitMs,
    query_timeout: limitMs,
  });
  // A connection that breaks between two calls rejects the next one.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => {
      // What never connected has nothing to close.
    });
  }
}
