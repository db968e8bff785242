import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@navette/kit';
import { failOnUnheardRejections, waitFor } from '@navette/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../database.ts';
import { readLockOwner } from './data-folder-lock.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
import { isProcessAlive } from './process-identity.ts';

failOnUnheardRejections(afterAll);

const fixture = fileURLToPath(new URL('./embedded-process.fixture.ts', import.meta.url));
const asRoot = process.getuid?.() === 0;

let root: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];

/** A stopped data folder, made once: most tests begin with a copy, which is faster than a first start. */
let prepared: string;

beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), 'navette-prepared-'));
  await (await startEmbeddedPostgres({ dataDir: prepared, logger: silentLogger })).stop();
});
afterAll(() => rmSync(prepared, { recursive: true, force: true }));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'navette-embedded-'));
  chmodSync(root, 0o755);
  dataDir = join(root, 'data');
  mkdirSync(dataDir, { mode: 0o711 });
  cpSync(join(prepared, 'postgres'), join(dataDir, 'postgres'), { recursive: true });
});
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, logger: silentLogger, ...options });
  running.push(postgres);
  return postgres;
}

/** For tests of a first start. */
function useFreshFolder(): void {
  dataDir = join(root, 'fresh');
}

async function query(postgres: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> {
  const database = await openDatabase({ connectionString: postgres.connectionString, maxConnections: 1 });
  try {
    return (await database.pool.query(sql)).rows;
  } finally {
    await database.close();
  }
}

interface Owner {
  child: ChildProcess;
  postgresPid: number;
  uid: number;
}

async function startOwner(args: string[] = [dataDir], spawnOptions: object = {}): Promise<Owner> {
  const child = spawn(process.execPath, [fixture, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...spawnOptions,
  });
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  return { child, ...JSON.parse(line) };
}

async function kill(owner: Owner): Promise<void> {
  owner.child.kill('SIGKILL');
  await ended(owner);
}

async function ended({ child }: Owner): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('a healthy life', () => {
  test('creates the data, keeps it over a restart, and leaves nothing running', async () => {
    useFreshFolder();
    const first = await start();
    await query(first, `CREATE TABLE kept AS SELECT 'é'::text AS word`);
    const pid = first.pid!;
    expect(isProcessAlive(pid)).toBe(true);
    await first.stop();
    await first.stop();
    expect(isProcessAlive(pid)).toBe(false);
    expect(existsSync(first.connection.host)).toBe(false);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second, 'SELECT word FROM kept')).toEqual([{ word: 'é' }]);
  });

  test('is durable, private and says nothing about data in its log', async () => {
    process.env['NAVETTE_CANARY'] = 'canary-in-environment';
    const postgres = await start();
    delete process.env['NAVETTE_CANARY'];
    const settings = await query(
      postgres,
      `SELECT name, setting FROM pg_settings WHERE name IN
       ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'server_encoding') ORDER BY 1`,
    );
    expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
      'fsync=on',
      'full_page_writes=on',
      'listen_addresses=',
      'server_encoding=UTF8',
      'synchronous_commit=on',
    ]);
    expect(statSync(postgres.connection.host).mode & 0o777).toBe(0o700);
    if (process.platform === 'linux')
      expect(readFileSync(`/proc/${postgres.pid}/environ`, 'utf8')).not.toContain('canary');
    await query(
      postgres,
      `CREATE TABLE secret (value text PRIMARY KEY); INSERT INTO secret VALUES ('canary-value')`,
    );
    await expect(query(postgres, `INSERT INTO secret VALUES ('canary-value')`)).rejects.toThrow(
      'duplicate key',
    );
    await postgres.stop();
    const log = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('canary-value');
  });

  test('a data folder with a long path gets a short socket elsewhere, removed at the end', async () => {
    dataDir = join(root, 'a-rather-long-name'.repeat(6));
    const postgres = await start();
    expect(postgres.connection.host.startsWith(dataDir)).toBe(false);
    expect(statSync(postgres.connection.host).mode & 0o777).toBe(0o700);
    expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    expect(existsSync(postgres.connection.host)).toBe(false);
  });

  test('a process that exits without stopping takes Postgres with it', async () => {
    const owner = await startOwner([dataDir, 'exit']);
    await waitFor(() => !isProcessAlive(owner.postgresPid), { what: 'Postgres to stop' });
    // Postgres can be gone a moment before the process that had the folder.
    await ended(owner);
    const postgres = await start();
    expect(postgres.adopted).toBe(false);
  });
});

describe('the lock', () => {
  test('a second instance is told who has the folder, until that one is killed', async () => {
    const owner = await startOwner();
    expect(readLockOwner(dataDir)?.pid).toBe(owner.child.pid);
    await expect(start()).rejects.toMatchObject({
      code: 'STORE_DATA_IN_USE',
      message: expect.stringContaining(`in use by pid ${owner.child.pid} `),
    });
    await kill(owner);
    const postgres = await start();
    expect(readLockOwner(dataDir)?.pid).toBe(process.pid);
    expect(postgres.pid).toBe(owner.postgresPid);
  });

  test('holds inside one process too, and waits for a former owner that is stopping', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: 'STORE_DATA_IN_USE' });
    const second = start({ lockWaitMs: 10_000 });
    await first.stop();
    expect((await second).pid).toBeGreaterThan(0);
  });

  test('a start that fails gives the folder back', async () => {
    useFreshFolder();
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'STORE_DATA_CORRUPT' });
    rmSync(join(dataDir, 'postgres'), { recursive: true });
    expect((await start()).pid).toBeGreaterThan(0);
  });
});

describe('after a kill', () => {
  test('of the server: the next start takes its Postgres over, with what was committed', async () => {
    const owner = await startOwner();
    await kill(owner);
    const postgres = await start();
    expect(postgres.adopted).toBe(true);
    expect(postgres.pid).toBe(owner.postgresPid);
    await query(postgres, 'CREATE TABLE survived (id int)');
    await postgres.stop();
    expect(isProcessAlive(owner.postgresPid)).toBe(false);
    expect(await query(await start(), 'SELECT * FROM survived')).toEqual([]);
  });

  test('of the server, by a version with other settings: that Postgres is stopped and another started', async () => {
    const owner = await startOwner();
    await kill(owner);
    const postgres = await start({ maxConnections: 33 });
    expect(postgres.adopted).toBe(false);
    expect(isProcessAlive(owner.postgresPid)).toBe(false);
    expect(await query(postgres, 'SHOW max_connections')).toEqual([{ max_connections: '33' }]);
  });

  test('of Postgres: it is started again and has every commit', async () => {
    const postgres = await start();
    await query(postgres, 'CREATE TABLE survived AS SELECT 7 AS n');
    const former = postgres.pid!;
    process.kill(former, 'SIGKILL');
    await waitFor(() => postgres.pid !== undefined && postgres.pid !== former, { what: 'another Postgres' });
    expect(await query(postgres, 'SELECT n FROM survived')).toEqual([{ n: 7 }]);
  });

  test('of an adopted Postgres: it is started again as well', async () => {
    const owner = await startOwner();
    await kill(owner);
    const postgres = await start();
    process.kill(owner.postgresPid, 'SIGKILL');
    await waitFor(() => postgres.pid !== undefined && postgres.pid !== owner.postgresPid);
    expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('of both: Postgres recovers, whoever has its process id now', async () => {
    const owner = await startOwner();
    await kill(owner);
    process.kill(owner.postgresPid, 'SIGKILL');
    const pidPath = join(dataDir, 'postgres', 'postmaster.pid');
    const lines = readFileSync(pidPath, 'utf8').split('\n');
    writeFileSync(pidPath, [String(process.pid), ...lines.slice(1)].join('\n'));
    const postgres = await start();
    expect(postgres.adopted).toBe(false);
    expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('in the middle of the first start: what was half made is cleared away', async () => {
    useFreshFolder();
    mkdirSync(join(dataDir, 'postgres.partial-abc'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres.partial-abc', 'PG_VERSION'), '18\n');
    await start();
    expect(existsSync(join(dataDir, 'postgres.partial-abc'))).toBe(false);
  });
});

describe('data that cannot be used', () => {
  test('a file in place of the folder', async () => {
    useFreshFolder();
    writeFileSync(dataDir, '');
    await expect(start()).rejects.toMatchObject({
      code: 'STORE_DATA_NOT_WRITABLE',
      message: `The data folder ${dataDir} cannot be written: there is a file of that name`,
    });
    dataDir = join(dataDir, 'below');
    await expect(start()).rejects.toMatchObject({ params: { reason: 'part of the path is a file' } });
  });

  test('another major version of Postgres', async () => {
    await (await start()).stop();
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      code: 'STORE_DATA_VERSION',
      params: { found: '17', expected: 18 },
    });
  });

  test('a damaged control file', async () => {
    await (await start()).stop();
    truncateSync(join(dataDir, 'postgres', 'global', 'pg_control'), 10);
    await expect(start()).rejects.toMatchObject({
      code: 'STORE_DATA_CORRUPT',
      params: { reason: expect.stringContaining('pg_control') },
    });
  });

  test('a start that fails leaves no socket folder behind', async () => {
    dataDir = join(root, 'a-rather-long-name'.repeat(6));
    await (await start()).stop();
    truncateSync(join(dataDir, 'postgres', 'global', 'pg_control'), 10);
    vi.stubEnv('TMPDIR', root);
    await expect(start()).rejects.toMatchObject({ code: 'STORE_DATA_CORRUPT' });
    vi.unstubAllEnvs();
    expect(readdirSync(root).sort()).toEqual([basename(dataDir), 'data']);
  });

  test('a lost write-ahead log', async () => {
    await (await start()).stop();
    rmSync(join(dataDir, 'postgres', 'pg_wal'), { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'STORE_DATA_CORRUPT' });
  });
});

describe.skipIf(!asRoot)('as root', () => {
  const nobody = { uid: 65534, gid: 65534 };

  test('Postgres runs as somebody else', async () => {
    const postgres = await start();
    expect(statSync(`/proc/${postgres.pid}`).uid).not.toBe(0);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(statSync(`/proc/${postgres.pid}`).uid);
  });

  test('a data folder below one that is closed to others works, and can be taken over', async () => {
    chmodSync(root, 0o700);
    const owner = await startOwner();
    await kill(owner);
    const postgres = await start();
    expect(postgres.pid).toBe(owner.postgresPid);
    expect(await query(postgres, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    expect(existsSync(postgres.connection.host)).toBe(false);
  });

  test('a backup that was copied back as root, with open modes, is usable again', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept (id int)');
    await first.stop();
    const pgDir = join(dataDir, 'postgres');
    renameSync(pgDir, join(root, 'backup'));
    cpSync(join(root, 'backup'), pgDir, { recursive: true });
    chmodSync(pgDir, 0o755);
    expect(statSync(join(pgDir, 'PG_VERSION')).uid).toBe(0);
    expect(await query(await start(), 'SELECT * FROM kept')).toEqual([]);
  });

  test('an ordinary user needs no root at all, and root goes on as that user', async () => {
    useFreshFolder();
    mkdirSync(dataDir);
    chownSync(dataDir, nobody.uid, nobody.gid);
    const owner = await startOwner([dataDir], nobody);
    expect(owner.uid).toBe(nobody.uid);
    expect(statSync(`/proc/${owner.postgresPid}`).uid).toBe(nobody.uid);
    await kill(owner);
    const postgres = await start();
    expect(postgres.pid).toBe(owner.postgresPid);
  });

  test('a disk without room is told before anything is written', async (context) => {
    useFreshFolder();
    mkdirSync(dataDir);
    const mount = (size: string) =>
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dataDir]);
    if (mount('20m').status !== 0) context.skip('this container may not mount a tmpfs');
    try {
      await expect(start()).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
      expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    } finally {
      spawnSync('umount', [dataDir]);
    }
  });

  test("an ordinary user is told when the folder, or the data in it, is someone else's", async () => {
    await (await start()).stop();
    const refuse = async (words: string) => {
      const child = spawn(process.execPath, [fixture, dataDir], {
        ...nobody,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      await once(child, 'close');
      expect(stderr).toContain('STORE_DATA_NOT_WRITABLE');
      expect(stderr).toContain(words);
    };
    await refuse('permission denied');
    chmodSync(dataDir, 0o777);
    rmSync(join(dataDir, 'navette.lock'));
    rmSync(join(dataDir, 'navette.lock.json'));
    rmSync(join(dataDir, 'postgres.log'));
    await refuse('it belongs to user id');
  });
});
