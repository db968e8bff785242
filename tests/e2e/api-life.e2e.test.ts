/** The life of a server: its start, what it says when it cannot, its end, and what is there afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RouteRequest, routes } from '@navette/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort, startServer } from './start-server.ts';

const main = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
type WorkflowFileInput = RouteRequest<typeof routes.createWorkflow>['body'];

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'navette-e2e-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const hook: WorkflowFileInput = {
  name: 'Hook',
  description: '',
  definition: {
    nodes: [
      { id: 'hook', name: 'Hook', type: 'webhook-trigger', parameters: { path: 'ping', respond: 'node' } },
      {
        id: 'answer',
        name: 'Answer',
        type: 'respond-to-webhook',
        parameters: { respondWith: 'json', value: { pong: true } },
      },
    ],
    edges: [{ from: 'hook', to: 'answer' }],
  },
};

/** Runs the program to its end. */
async function run(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env['PATH'], ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}

describe('what was published is there after every kind of end', () => {
  let apiKey: string;

  test('an orderly one leaves nothing running', async () => {
    const server = await startServer({ dataDir });
    ({ apiKey } = await server.createOwner());
    const workflow = await server.api(routes.createWorkflow, { body: hook });
    await server.api(routes.publishWorkflow, { params: { workflowId: workflow.id }, body: {} });
    const answer = await fetch(`${server.url}/webhook/ping`, { method: 'POST' });
    expect(await answer.json()).toEqual({ pong: true });
    const postgres = readPostgresPid();
    expect(isRunning(postgres)).toBe(true);
    expect(await server.stop()).toBe(0);
    expect(isRunning(postgres)).toBe(false);
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid'))).toBe(false);
  });

  test('kill -9', async () => {
    const server = await startServer({ dataDir });
    server.useKey(apiKey);
    await server.kill('SIGKILL');
    const again = await startServer({ dataDir });
    again.useKey(apiKey);
    const { items } = await again.api(routes.listWebhooks);
    expect(items).toMatchObject([{ path: '/webhook/ping' }]);
    expect((await fetch(`${again.url}/webhook/ping`, { method: 'POST' })).status).toBe(200);
    expect(await again.stop()).toBe(0);
  });

  test('the end of the program that started it', async () => {
    const port = await findFreePort();
    // As `npm start` does: an IPC channel whose other end goes with the parent.
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, [${JSON.stringify(main)}], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }); setInterval(() => {}, 1000);`,
      ],
      {
        env: { PATH: process.env['PATH'], NAVETTE_PORT: String(port), NAVETTE_DATA_DIR: dataDir },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    parent.stdout!.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await expect.poll(() => output, { timeout: 30_000 }).toContain('Navette is ready');
    parent.kill('SIGKILL');
    await expect.poll(() => output, { timeout: 15_000 }).toContain('Navette has stopped');
    await expect
      .poll(() => existsSync(join(dataDir, 'postgres/postmaster.pid')), { timeout: 5_000 })
      .toBe(false);
  });
});

describe('what a start says when it cannot', () => {
  test('the port is taken: before anything else is started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const fresh = join(dataDir, 'never-made');
    const { code, output } = await run(['--port', String(port)], { NAVETTE_DATA_DIR: fresh });
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken by another program`);
    expect(output).toContain(`--port ${port + 1}`);
    expect(output).not.toContain('    at ');
    expect(existsSync(fresh)).toBe(false);
  });

  test('the data folder is in use', async () => {
    const server = await startServer({ dataDir });
    const { code, output } = await run(['--port', '0', '--data-dir', dataDir], {});
    expect(code).toBe(1);
    expect(output).toContain('is in use by');
    expect((await fetch(`${server.url}/api/v1/health/ready`)).status).toBe(200);
    await server.stop();
  });

  test('the master key is another one, or gone', async () => {
    const env = { NAVETTE_DATA_DIR: dataDir, NAVETTE_PORT: '0' };
    const wrong = await run([], { ...env, NAVETTE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') });
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('is not the one that this database was sealed with');
    expect(wrong.output).not.toContain(Buffer.alloc(32, 7).toString('base64'));
    const keyPath = join(dataDir, 'master.key');
    const saved = readFileSync(keyPath);
    rmSync(keyPath);
    const gone = await run([], env);
    expect(gone.code).toBe(1);
    expect(gone.output).toContain('there is no master key');
    writeFileSync(keyPath, saved, { mode: 0o600 });
  });

  test.each([
    [['--port', 'http'], {}, 'port'],
    [['--colour'], {}, '--colour'],
    [['dance'], {}, 'There is no command "dance"'],
    [[], { NAVETTE_PROT: '1' }, 'NAVETTE_PROT'],
  ])('%j %j', async (args, env, words) => {
    const { code, output } = await run(args, { NAVETTE_DATA_DIR: dataDir, ...env } as Record<string, string>);
    expect(code).toBe(1);
    expect(output).toContain(words);
    expect(output).not.toContain('    at ');
  });

  test('--help and --version', async () => {
    expect(await run(['--help'], {})).toMatchObject({
      code: 0,
      output: expect.stringContaining('--data-dir PATH'),
    });
    expect(await run(['--version'], {})).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

function readPostgresPid(): number {
  return Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** A process that has ended and that nobody has collected yet is not running. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}
