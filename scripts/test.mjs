/**
 * `npm test`: set-up, then Vitest once over all its projects. Arguments go to Vitest: `npm test -- --project unit`,
 * `npm test -- packages/store`. With NAVETTE_TEST_REPORT=FILE the results are also written there as JSON.
 */
import { join } from 'node:path';
import { ensureBrowser } from './setup/browser.mjs';
import { runChild } from './setup/child.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';

await runMain(async () => {
  const chosen = process.argv.slice(2);
  const wholeStack = mayRunWholeStack(chosen);
  const runtime = await setUp({ webApp: wholeStack });
  const env = wholeStack ? await ensureBrowser() : {};
  const report = process.env.NAVETTE_TEST_REPORT;
  const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return runChild({ command: runtime, args: [vitest, 'run', ...reporters, ...chosen], cwd: root, env });
});

/** Only the project `e2e` needs the web app and a browser. */
function mayRunWholeStack(args) {
  const projects = args.flatMap((argument, index) =>
    argument === '--project'
      ? [args[index + 1]]
      : argument.startsWith('--project=')
        ? [argument.slice(10)]
        : [],
  );
  return projects.length === 0 || projects.includes('e2e');
}
