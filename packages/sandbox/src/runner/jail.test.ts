import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createV8Program } from '../v8/v8-engine.ts';
import { detectJail, findJailTools } from './jail.ts';

const folder = mkdtempSync(join(tmpdir(), 'navette-jail-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = createV8Program('v8/runner-main.ts');
const tools = findJailTools();
const here = await detectJail(program, tools);

function writeTool(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test.runIf(here.kind === 'bubblewrap')(
  'a look that was cut off is repeated, and nothing weaker is kept',
  async () => {
    const tried = join(folder, 'tried');
    const bubblewrap = writeTool(
      'cut-off',
      `if [ -e ${tried} ]; then exec ${tools.bubblewrap} "$@"; fi; : > ${tried}; kill -TERM $$`,
    );
    expect(await detectJail(program, { ...tools, bubblewrap })).toEqual(here);
  },
);

test('a tool that never answers is no jail, and says so', async () => {
  const bubblewrap = writeTool('cut-off-always', 'kill -TERM $$');
  expect(await detectJail(program, { ...tools, bubblewrap })).toEqual({
    kind: 'none',
    reason: 'bubblewrap does not work here: it ended with SIGTERM',
  });
});

test('without a tool there is no jail, and the reason is what to install', async () => {
  expect(await detectJail(program, { ...tools, bubblewrap: undefined })).toEqual({
    kind: 'none',
    reason: 'bubblewrap (bwrap) is not installed',
  });
});
