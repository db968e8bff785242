/** `npm run dev`: the server, restarted on every change, and Vite's development server, which passes the API on to it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { forwardSignals } from './setup/child.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';

await runMain(async () => {
  const runtime = await setUp({ webApp: false });
  const own = { stdio: 'inherit', detached: process.platform !== 'win32' };
  const main = join(root, 'apps', 'server', 'src', 'main.ts');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const children = [
    spawn(runtime, ['--watch', '--watch-preserve-output', main, ...process.argv.slice(2)], {
      ...own,
      cwd: root,
    }),
    spawn(runtime, [vite, '--clearScreen', 'false'], { ...own, cwd: join(root, 'apps', 'web') }),
  ];
  forwardSignals(children);
  // They belong together: when one ends, so does the other.
  const codes = await Promise.all(
    children.map(
      (child) =>
        new Promise((resolve) => {
          child.on('error', () => resolve(1));
          child.on('exit', (code) => {
            for (const other of children) if (other !== child) other.kill('SIGTERM');
            resolve(code ?? 0);
          });
        }),
    ),
  );
  return Math.max(...codes);
});
