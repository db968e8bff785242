import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Logger, silentLogger } from '@navette/kit';
import { createTestDatabase, failOnUnheardRejections, type TestDatabase, waitFor } from '@navette/testing';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { isConnectionError } from './execution/connection-error.ts';
import { guardConnection } from './guard-connection.ts';
import { createQueryBuilder } from './repositories/query-builder.ts';

failOnUnheardRejections(afterAll);

let testDatabase: TestDatabase;
let door: Server;
let connectionString: string;
/** Of what goes through the door: packets of these are dropped, both ways, and nobody is told. */
const lost = new Set<Socket>();
const open = new Set<Socket>();
const clients: pg.Client[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase({ template: false });
  const url = new URL(testDatabase.connectionString.replace('@/', '@socket/').replace(':///', '://socket/'));
  const port = url.searchParams.get('port') ?? (url.port || '5432');
  const target = `${url.searchParams.get('host')}/.s.PGSQL.${port}`;
  door = createServer((client) => {
    const server = connect(target);
    open.add(client);
    client.on('data', (bytes) => void (lost.has(client) || server.write(bytes)));
    server.on('data', (bytes) => void (lost.has(client) || client.write(bytes)));
    client.on('close', () => {
      open.delete(client);
      server.destroy();
    });
    server.on('close', () => void (lost.has(client) || client.destroy()));
    for (const socket of [client, server]) socket.on('error', () => {});
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port: doorPort } = door.address() as AddressInfo;
  connectionString = `postgresql://${url.username}@127.0.0.1:${doorPort}${url.pathname}`;
});
afterEach(async () => {
  for (const socket of open) socket.destroy();
  lost.clear();
  await Promise.all(clients.splice(0).map((client) => client.end().catch(() => {})));
});
afterAll(async () => {
  door?.close();
  await testDatabase?.drop();
});

async function connectGuarded(logger: Logger = silentLogger): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  clients.push(client);
  await client.connect();
  guardConnection(client, { connectionString, logger, suspectAfterMs: 200 });
  return client;
}

const loseAll = () => {
  for (const socket of open) lost.add(socket);
};

test('a question that never arrived ends the connection, as one that was lost', async () => {
  const client = await connectGuarded();
  await client.query('SELECT 1');
  loseAll();
  const error = await client.query('SELECT 2').then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(isConnectionError(error)).toBe(true);
});

test('so does an answer that never came', async () => {
  const holder = new pg.Client(testDatabase.connectionString);
  clients.push(holder);
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock(7)');
  const client = await connectGuarded();
  const answer = client.query('SELECT pg_advisory_lock(7)').then(
    () => 'answered',
    (error) => isConnectionError(error),
  );
  await waitFor(async () => {
    const waiting = await holder.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    return waiting.rowCount === 1;
  });
  loseAll();
  await holder.query('SELECT pg_advisory_unlock(7)');
  expect(await answer).toBe(true);
});

test('the connections of a pool are guarded: lost ones are replaced, whoever used them', async () => {
  const database = await openDatabase({ connectionString, maxConnections: 2 });
  const db = createQueryBuilder(database.pool);
  const ask = () => sql<{ one: number }>`SELECT 1 AS one`.execute(db);
  await Promise.all([ask(), ask()]);
  loseAll();
  const answers = await Promise.allSettled([ask(), ask()]);
  for (const answer of answers)
    expect(answer).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/terminated/) },
    });
  expect((await ask()).rows).toEqual([{ one: 1 }]);
  await database.close();
});

test('a statement that takes long is waited for', async () => {
  const client = await connectGuarded();
  const { rows } = await client.query('SELECT 1 AS one, pg_sleep(1.5)');
  expect(rows[0]).toMatchObject({ one: 1 });
  expect((await client.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
});

test('a connection that nobody asks anything stays', async () => {
  const client = await connectGuarded();
  const other = await connectGuarded();
  await other.query('SELECT pg_sleep(1)');
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
