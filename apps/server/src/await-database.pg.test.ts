import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import type { Logger } from '@navette/kit';
import {
  createFakeClock,
  createTestDatabase,
  failOnUnheardRejections,
  type TestDatabase,
} from '@navette/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { awaitDatabase } from './await-database.ts';

failOnUnheardRejections(afterAll);

let testDatabase: TestDatabase;
const doors: Server[] = [];
beforeAll(async () => {
  testDatabase = await createTestDatabase({ template: false });
});
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5));
afterEach(() => {
  vi.restoreAllMocks();
  for (const door of doors.splice(0)) door.close();
});
afterAll(() => testDatabase?.drop());

/** A port of this machine at which nothing answers before `open`, and the test database afterwards. */
async function reservePort() {
  const url = new URL(testDatabase.connectionString.replace('@/', '@socket/').replace(':///', '://socket/'));
  const target = `${url.searchParams.get('host')}/.s.PGSQL.${url.searchParams.get('port') ?? (url.port || 5432)}`;
  const listen = async (port: number) => {
    const door = createServer((client) => {
      const server = connect(target);
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) socket.on('error', () => client.destroy());
    });
    doors.push(door);
    door.listen(port, '127.0.0.1');
    await once(door, 'listening');
    return door;
  };
  const first = await listen(0);
  const { port } = first.address() as AddressInfo;
  first.close();
  await once(first, 'close');
  const { pathname, username } = url;
  return {
    address: `postgresql://${username}:canary@127.0.0.1:${port}${pathname}`,
    open: () => listen(port),
  };
}

/** A start that waits on a clock of its own, and the lines of its log. */
function startWaiting(connectionString: string, waitMs: number, signal?: AbortSignal) {
  const clock = createFakeClock();
  const lines: { fields: object; message: string }[] = [];
  const note = (fields: object, message: string) => void lines.push({ fields, message });
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const opened = awaitDatabase({ connectionString, maxConnections: 1, waitMs, clock, logger, signal });
  opened.catch(() => {});
  return { opened, clock, lines, untilAsleep: () => expect.poll(() => clock.sleeping).toBe(1) };
}

test('tries again until the database answers, and says each time what it waits for', async () => {
  const { address, open } = await reservePort();
  const { clock, lines, opened, untilAsleep } = startWaiting(address, 60_000);
  for (const delayMs of [250, 500, 1_000, 2_000, 4_000, 5_000]) {
    await untilAsleep();
    await clock.advance(delayMs);
  }
  await untilAsleep();
  await open();
  await clock.advance(5_000);
  const database = await opened;
  expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await database.close();
  expect(new Set(lines.map(({ message }) => message))).toEqual(
    new Set(['Waiting for the database: it does not answer yet']),
  );
  expect(lines.map(({ fields }) => (fields as { waitedMs: number }).waitedMs)).toEqual([
    0, 250, 750, 1_750, 3_750, 7_750, 12_750,
  ]);
  expect(lines[1]!.fields).toMatchObject({
    address: expect.stringContaining('127.0.0.1:'),
    reason: expect.stringContaining('ECONNREFUSED'),
    ...{ waitedMs: 250, leftMs: 59_750 },
  });
  expect(JSON.stringify(lines)).not.toContain('canary');
});

test('servers that were started together do not ask in step', async () => {
  const { address } = await reservePort();
  vi.mocked(Math.random).mockReturnValueOnce(0).mockReturnValueOnce(0.9);
  const over = new AbortController();
  const { clock, lines, opened, untilAsleep } = startWaiting(address, 60_000, over.signal);
  for (const delayMs of [125, 700]) {
    await untilAsleep();
    await clock.advance(delayMs);
  }
  await untilAsleep();
  over.abort();
  await expect(opened).rejects.toBe(over.signal.reason);
  expect(lines.map(({ fields }) => (fields as { waitedMs: number }).waitedMs)).toEqual([0, 125, 825]);
});

test('gives up when the time is over, in words', async () => {
  const { address } = await reservePort();
  const { clock, opened, untilAsleep } = startWaiting(address, 600);
  await untilAsleep();
  await clock.advance(250);
  await untilAsleep();
  await clock.advance(350);
  await expect(opened).rejects.toMatchObject({
    code: 'STORE_DATABASE_UNREACHABLE',
    message: expect.stringMatching(/^No database answers at 127.0.0.1:\d+\/.*ECONNREFUSED.*waited 1 s/),
  });
});

test('does not wait where it is told not to, nor for what waiting does not mend', async () => {
  const { address, open } = await reservePort();
  await expect(startWaiting(address, 0).opened).rejects.toMatchObject({ code: 'STORE_DATABASE_UNREACHABLE' });
  await open();
  const elsewhere = address.replace(/\/[^/]*$/, '/no_such_database');
  await expect(startWaiting(elsewhere, 60_000).opened).rejects.toMatchObject({
    code: 'STORE_DATABASE_REFUSED',
  });
});

test('ends with the signal', async () => {
  const { address } = await reservePort();
  const over = new AbortController();
  const { opened, untilAsleep } = startWaiting(address, 60_000, over.signal);
  await untilAsleep();
  over.abort(new Error('Told to stop'));
  await expect(opened).rejects.toThrow('Told to stop');
});
