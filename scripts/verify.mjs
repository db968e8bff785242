/** `npm run verify`: every check that needs no running server, two at a time. All of them run, whatever fails. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runStep } from './setup/progress.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';

const tool = (...path) => join(root, 'node_modules', ...path);
const checks = [
  ['Format and lint (Biome)', [tool('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings']],
  ['Types', [tool('typescript', 'bin', 'tsc'), '--noEmit']],
  ['Types of the web app', [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'apps/web/tsconfig.json']],
  ['Dead code (knip)', [tool('knip', 'bin', 'knip.js')]],
  ['Import directions', [tool('vitest', 'vitest.mjs'), 'run', '--project', 'unit', 'tests/boundaries']],
  ['Lockfile for all platforms', ['scripts/complete-lockfile.mjs', '--check']],
  ['Schema snapshot', ['scripts/schema-snapshot.mjs', '--check']],
  ['Configuration reference', ['scripts/config-reference.mjs', '--check']],
  ['Reference pages', ['scripts/generate-reference.ts', '--check']],
];

await runMain(async () => {
  const runtime = await setUp({ webApp: false });
  const failed = [];
  const waiting = [...checks];
  const runWaiting = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const [title, args] = check;
      try {
        await runStep(title, () => runCheck(runtime, args));
      } catch (error) {
        failed.push(title);
        console.error(`${error.message}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, runWaiting));
  console.log(`\nverify: ${checks.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
});

async function runCheck(runtime, args) {
  const child = spawn(runtime, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const read = (text) => {
    output = (output + text).slice(-30_000);
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const exitCode = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (exitCode !== 0) throw new Error(output.trim() || `exit code ${exitCode}`);
}
