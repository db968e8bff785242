/**
 * `npm test`: set-up, then Vitest once over all its projects. Arguments go to Vitest: `npm test -- --project unit`,
 * `npm test -- packages/store`. With NAVETTE_TEST_REPORT=FILE the results are also written there as JSON.
 */
import { join } from 'node:path';
import { ensureBrowser } from './setup/browser.mjs';
import { runChild } from './setup/child.mjs';
import { ensureRedis } from './setup/redis.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';

await runMain(async () => {
  const chosen = process.argv.slice(2);
  const projects = listProjects(chosen);
  const wholeStack = projects.includes('e2e');
  const runtime = await setUp({ webApp: wholeStack });
  const env = {
    ...(wholeStack ? await ensureBrowser() : {}),
    ...(wholeStack || projects.includes('pg') ? await ensureRedis() : {}),
  };
  const report = process.env.NAVETTE_TEST_REPORT;
  const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return runChild({ command: runtime, args: [vitest, 'run', ...reporters, ...chosen], cwd: root, env });
});

/** Those that were chosen, or all. Only `e2e` needs the web app and a browser, only `pg` and `e2e` a Redis. */
function listProjects(args) {
  const projects = args.flatMap((argument, index) =>
    argument === '--project'
      ? [args[index + 1]]
      : argument.startsWith('--project=')
        ? [argument.slice(10)]
        : [],
  );
  return projects.length === 0 ? ['unit', 'pg', 'e2e'] : projects;
}
