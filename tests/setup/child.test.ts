import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@navette/testing';
import { expect, test } from 'vitest';

const fixture = fileURLToPath(new URL('./child.fixture.mjs', import.meta.url));

interface Said {
  event: string;
  pid: number;
}

async function startParent(how: string): Promise<{ parent: ChildProcess; said: Said[] }> {
  const parent = spawn(process.execPath, [fixture, 'parent', how], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const said: Said[] = [];
  createInterface({ input: parent.stdout! }).on('line', (line) => said.push(JSON.parse(line)));
  if (how === 'run') await waitFor(() => said.length > 0, { what: 'the server to be ready' });
  return { parent, said };
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s to the parent reaches the server, which ends well',
  async (signal) => {
    const { parent, said } = await startParent('run');
    parent.kill(signal);
    expect(await once(parent, 'close')).toEqual([0, null]);
    expect(said.map(({ event }) => event)).toEqual(['ready', signal]);
  },
);

test('Ctrl-C, which a terminal sends to the whole process group, reaches the server once', async () => {
  const { parent, said } = await startParent('run');
  process.kill(-parent.pid!, 'SIGINT');
  expect(await once(parent, 'close')).toEqual([0, null]);
  expect(said.map(({ event }) => event)).toEqual(['ready', 'SIGINT']);
});

test('a closed terminal stops the server', async () => {
  const { parent, said } = await startParent('run');
  parent.kill('SIGHUP');
  expect(await once(parent, 'close')).toEqual([0, null]);
  expect(said.map(({ event }) => event)).toEqual(['ready', 'SIGTERM']);
});

test('a parent that is killed takes the server with it', async () => {
  const { parent, said } = await startParent('run');
  parent.kill('SIGKILL');
  await once(parent, 'close');
  expect(said.map(({ event }) => event)).toEqual(['ready', 'disconnect']);
});

test('the exit code is that of the server', async () => {
  expect(await once((await startParent('fail')).parent, 'close')).toEqual([7, null]);
  expect(await once((await startParent('crash')).parent, 'close')).toEqual([128 + 9, null]);
});
