/** `npm run bench`: set-up, then the benchmarks; arguments choose which (see bench/main.ts --help). */
import { join } from 'node:path';
import { runChild } from './setup/child.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';

await runMain(async () => {
  const runtime = await setUp();
  const args = [join(root, 'bench', 'main.ts'), ...process.argv.slice(2)];
  return runChild({ command: runtime, args, cwd: root });
});
