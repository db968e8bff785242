/** `npm start`: set-up, then the server in one process on the pinned Node. Plain JavaScript for any Node from 20 on. */
import { join } from 'node:path';
import { runChild } from './setup/child.mjs';
import { serverFlags } from './setup/server-flags.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';

await runMain(async () => {
  const runtime = await setUp();
  const main = join(root, 'apps', 'server', 'src', 'main.ts');
  return runChild({
    command: runtime,
    args: [...serverFlags, main, ...process.argv.slice(2)],
    guarded: true,
  });
});
