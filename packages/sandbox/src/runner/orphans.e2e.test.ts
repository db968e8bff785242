/** A server that is killed leaves no runner behind, not even one in an endless loop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createPythonEngine } from '../python/python-engine.ts';
import { findJailTools } from './jail.ts';

const host = fileURLToPath(new URL('../testing/doomed-host.fixture.ts', import.meta.url));
const probe = createPythonEngine({ jail: 'never', withoutJail: 'allow' });
const hasPython = (await probe.availability()).available;
await probe.close();
const engines = ['quickjs', 'v8', ...(hasPython ? ['python'] : [])];

describe.skipIf(process.platform !== 'linux' || !findJailTools().setpriv)('a killed server', () => {
  it.each(engines.flatMap((engine) => ['jail', 'none'].map((walls) => ({ engine, walls }))))(
    'leaves no runner of $engine with walls: $walls',
    async ({ engine, walls }) => {
      const child = spawn(process.execPath, [host, engine, walls], { stdio: ['ignore', 'pipe', 'ignore'] });
      const [words] = (await once(child.stdout, 'data')) as [Buffer];
      expect(words.toString()).toBe('on');
      const runners = listDescendants(child.pid!);
      expect(runners.length).toBeGreaterThan(0);
      child.kill('SIGKILL');
      await expect.poll(() => runners.filter(isAlive)).toEqual([]);
    },
  );
});

function listDescendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [child, ...listDescendants(child)]);
}

function isAlive(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  try {
    return existsSync(path) && !/\) Z /.test(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
}
