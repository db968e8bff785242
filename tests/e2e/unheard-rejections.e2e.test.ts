import { waitFor } from '@navette/testing';
import { expect, test } from 'vitest';
import { startServer } from './start-server.ts';

/** Loaded into the server before itself: a promise fails on SIGUSR2, and nobody waits for it. */
const module = `process.on('SIGUSR2', () => void Promise.reject(new Error('canary of a promise')));`;
const preload = `--import=data:text/javascript,${encodeURIComponent(module)}`;

test('a promise that fails unheard in a server is in its log, ends nothing, and fails the test at the end', async () => {
  const server = await startServer({ env: { NODE_OPTIONS: preload, NAVETTE_LOG_FORMAT: 'json' } });
  process.kill(server.pid, 'SIGUSR2');
  await waitFor(() => server.logs().includes('canary of a promise'), { what: 'the line in the log' });
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  await expect(server.stop()).rejects.toThrow(/promises that failed:\n.*canary of a promise/);
});
