/**
 * `npm test`: set-up, then Vitest once over all its projects, and then the suites of code once more as on a machine
 * without bubblewrap, where this one has it. Arguments go to Vitest: `npm test -- --project unit`,
 * `npm test -- packages/store`. `--without-jail` runs what was chosen without bubblewrap, or those suites alone.
 * With NAVETTE_TEST_REPORT=FILE the results are also written there as JSON (of the second run: FILE.without-jail.json).
 */
import { join } from 'node:path';
import { ensureBrowser } from './setup/browser.mjs';
import { runChild } from './setup/child.mjs';
import { openMemoryFolder } from './setup/memory-folder.mjs';
import { ensureRedis } from './setup/redis.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';
import { hasBubblewrap, hideBubblewrap } from './setup/without-jail.mjs';

/** What runs code. The e2e suites of the engines have their own part without a jail. */
const codeSuites = [
  '--project=unit',
  '--project=pg',
  'packages/sandbox/',
  'packages/nodes/src/code/',
  'apps/server/src/code/',
  'apps/server/src/config/doctor',
  'apps/server/src/api/code-',
  'apps/server/src/api/canary',
  'tests/docs/programs',
];

await runMain(async () => {
  const given = process.argv.slice(2);
  const withoutJail = given.includes('--without-jail');
  const asked = given.filter((argument) => argument !== '--without-jail');
  const chosen = withoutJail && asked.length === 0 ? codeSuites : asked;
  const projects = listProjects(chosen);
  const wholeStack = projects.includes('e2e');
  const runtime = await setUp({ webApp: wholeStack });
  const memoryFolder = openMemoryFolder();
  const env = {
    ...memoryFolder.env,
    ...(wholeStack ? await ensureBrowser() : {}),
    ...(wholeStack || projects.includes('pg') ? await ensureRedis() : {}),
  };
  const report = process.env.NAVETTE_TEST_REPORT;
  const exitCode = withoutJail
    ? ((await runHidden({ runtime, env, report }, chosen)) ?? 1)
    : await runVitest({ runtime, env, report }, chosen);
  const again = !withoutJail && given.length === 0 && hasBubblewrap();
  const second = again ? { runtime, env, report: report && `${report}.without-jail.json` } : undefined;
  const exitCodeAgain = second ? ((await runHidden(second, codeSuites)) ?? 0) : 0;
  memoryFolder.close();
  return exitCode || exitCodeAgain;
});

function runVitest({ runtime, env, report }, chosen, prepare = (command, args) => ({ command, args })) {
  const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const program = prepare(runtime, [vitest, 'run', ...reporters, ...chosen]);
  return runChild({ ...program, cwd: root, env });
}

/** Undefined where bubblewrap cannot be hidden, which is said. On a machine without it there is nothing to hide. */
async function runHidden(options, chosen) {
  if (!hasBubblewrap()) return await runVitest(options, chosen);
  if (!hideBubblewrap(options.runtime, [])) {
    console.log('\nWithout bubblewrap: not tried, this machine gives no mount namespace to hide it in.');
    return undefined;
  }
  console.log('\nWithout bubblewrap:');
  return await runVitest(options, chosen, hideBubblewrap);
}

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
