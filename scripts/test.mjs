/**
 * `npm test`: set-up, then Vitest once over all its projects, and then the suites of code once more as on a machine
 * without bubblewrap, where this one has it. Arguments go to Vitest: `npm test -- --project unit`,
 * `npm test -- packages/store`. `--without-jail` runs what was chosen without bubblewrap, or those suites alone.
 * With NAVETTE_TEST_REPORT=FILE the results are also written there as JSON (of the second run: FILE.without-jail.json),
 * and files that failed are run once again, alone: what passes then is listed as unsteady (docs/adr/0033-unsteady-tests.md).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './setup/browser.mjs';
import { runChild } from './setup/child.mjs';
import { openMemoryFolder } from './setup/memory-folder.mjs';
import { ensureRedis } from './setup/redis.mjs';
import { root, setUp } from './setup/set-up.mjs';
import { runMain } from './setup/set-up-error.mjs';
import {
  listFailedFiles,
  listFailures,
  mergeReports,
  printFailures,
  readReport,
  writeReport,
} from './setup/test-report.mjs';
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

/** More files than these do not fail by chance. */
const mostRunAgain = 5;
const unhandledErrors = join(root, 'scripts', 'setup', 'unhandled-errors.mjs');

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
    : await runTests({ runtime, env, report }, chosen);
  const again = !withoutJail && given.length === 0 && hasBubblewrap();
  const second = again ? { runtime, env, report: report && `${report}.without-jail.json` } : undefined;
  const exitCodeAgain = second ? ((await runHidden(second, codeSuites)) ?? 0) : 0;
  memoryFolder.close();
  return exitCode || exitCodeAgain;
});

/**
 * A run that leaves a report, and its failed files once more: but not when something failed outside of the tests, or so
 * much that chance is no reason.
 */
async function runTests(options, chosen, prepare) {
  const exitCode = await runVitest(options, chosen, prepare);
  const first = options.report ? readReport(options.report) : undefined;
  const files = first ? listFailedFiles(first) : [];
  const failedOutside = existsSync(`${options.report}.errors`);
  if (files.length === 0 || files.length > mostRunAgain || failedOutside) return exitCode;
  printFailures('Run once again, alone:', listFailures(first), root);
  const reportAgain = `${options.report}.again.json`;
  const exitCodeAgain = await runVitest({ ...options, report: reportAgain }, files, prepare);
  const again = readReport(reportAgain);
  if (!again) return exitCode;
  const merged = mergeReports(first, again);
  writeReport(options.report, merged);
  return exitCodeAgain;
}

function runVitest({ runtime, env, report }, chosen, prepare = (command, args) => ({ command, args })) {
  const reporters = report
    ? [
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        `--reporter=${unhandledErrors}`,
      ]
    : [];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const program = prepare(runtime, [vitest, 'run', ...reporters, ...chosen]);
  const own = report ? { NAVETTE_UNHANDLED_ERRORS: `${report}.errors` } : {};
  return runChild({ ...program, cwd: root, env: { ...env, ...own } });
}

/** Undefined where bubblewrap cannot be hidden, which is said. On a machine without it there is nothing to hide. */
async function runHidden(options, chosen) {
  if (!hasBubblewrap()) return await runTests(options, chosen);
  if (!hideBubblewrap(options.runtime, [])) {
    console.log('\nWithout bubblewrap: not tried, this machine gives no mount namespace to hide it in.');
    return undefined;
  }
  console.log('\nWithout bubblewrap:');
  return await runTests(options, chosen, hideBubblewrap);
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
