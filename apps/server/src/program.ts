/** The server as a program: command line, start, signals, end. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type NavetteError, toNavetteError } from '@navette/kit';
import { helpText, parseCommandLine } from './command-line.ts';
import { type Config, describeConfig, loadProcessConfig, runDoctor } from './config/index.ts';
import type { RunningServer } from './create-server.ts';
import { HttpListener } from './http/http-listener.ts';
import { createLogger } from './logging/create-logger.ts';
import { listDuties } from './runtime/role.ts';
import { StartReport } from './start-report.ts';
import { tidyAtRest } from './tidy-memory.ts';

const packageFile = new URL('../../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

/** Reads the command line and does what it says. The process ends with 1 when it can't. */
export async function runProgram(): Promise<void> {
  // A reader that goes away (`npm start | head`) must not take the server down in the middle of a write.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    const { argument, command, overrides } = parseCommandLine(process.argv.slice(2));
    if (command === 'help') console.log(helpText);
    else if (command === 'version') console.log(version);
    else if (command === 'doctor') process.exitCode = await doctor(loadProcessConfig(overrides));
    else if (command === 'check-policies')
      process.exitCode = await checkPolicyFiles(loadProcessConfig(overrides), argument);
    else if (command === 'reset-password' || command === 'forget-credentials') {
      const { forgetAllCredentials, resetPassword } = await import('./rescue.ts');
      const config = loadProcessConfig(overrides);
      console.log(
        await (argument === undefined
          ? forgetAllCredentials(config)
          : resetPassword(config, argument, process.stdin)),
      );
      // A terminal would keep the process waiting for more.
      process.exit(0);
    } else await start(loadProcessConfig(overrides));
  } catch (error) {
    printFailure(toNavetteError(error));
    process.exit(1);
  }
}

async function start(config: Config): Promise<void> {
  const pretty = config.logFormat === 'pretty' || (config.logFormat === 'auto' && process.stdout.isTTY);
  const logger = await createLogger({ level: config.logLevel, pretty });
  const report = new StartReport({ logger, pretty, startedAt: 0 });
  if (pretty) console.log(`\n  Navette ${version}`);
  report.step('Configuration read');
  const listener = new HttpListener();
  const port = await listener.listen(config.host, config.port);
  const url = createUrl(config.host, port);
  let server: RunningServer | undefined;
  let stopRequested = false;
  const startOver = new AbortController();
  const stop = async (exitCode: number) => {
    if (stopRequested) {
      // The second time is an order.
      process.exit(exitCode || 1);
    }
    stopRequested = true;
    // During the start: it ends a wait for the database, or is seen as soon as the start is through.
    startOver.abort();
    if (server === undefined) return;
    report.stopping();
    await server.stop().catch((error) => logger.error({ err: error }, 'The stop did not go well'));
    report.stopped();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  // The parent that started us (npm start) holds the other end: when it dies, so do we.
  if (process.channel) process.once('disconnect', () => void stop(0));
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'Something was thrown that nobody caught; stopping');
    if (server === undefined) process.exit(1);
    void stop(1);
  });
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'A promise failed that nobody waited for');
  });
  // Only now: whatever was wrong so far was said without loading the whole product.
  const { createServer } = await import('./create-server.ts');
  report.step('Program loaded');
  try {
    server = await createServer({
      ...{ config, logger, listener, version },
      publicUrl: config.publicUrl ?? url,
      onStep: (what) => report.step(what),
      signal: startOver.signal,
    });
  } catch (error) {
    if (error !== startOver.signal.reason) throw error;
    process.exit(0);
  }
  const { engine } = server.runtime;
  tidyAtRest(() => engine.active === 0);
  report.ready(listDuties(config.role).serves ? (config.publicUrl ?? url) : `${url}/health/ready`);
  if (stopRequested) {
    stopRequested = false;
    await stop(0);
    return;
  }
}

/** "http://localhost:4600"; a server for everybody has no better name for itself. */
function createUrl(host: string, port: number): string {
  const isLocal = host === '0.0.0.0' || host === '::' || host === '127.0.0.1' || host === '::1';
  const name = isLocal ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function doctor(config: Config): Promise<number> {
  const rows = describeConfig(config);
  const width = Math.max(...rows.map((row) => row.key.length));
  for (const { key, value, source } of rows) console.log(`${key.padEnd(width)}  ${value}  (${source})`);
  console.log('');
  const marks = { ok: '✓', warn: '!', fail: '✗' };
  const findings = await runDoctor(config);
  for (const { status, check, message, help } of findings) {
    console.log(`${marks[status]} ${check}: ${message}`);
    if (help) console.log(`    ${help}`);
  }
  return findings.some((finding) => finding.status === 'fail') ? 1 : 0;
}

/** Each problem with its file, its field and what to do; 1 when there is one. */
async function checkPolicyFiles(config: Config, folder: string | undefined): Promise<number> {
  const [{ lookAtPolicies }, { describeProblem }] = await Promise.all([
    import('./config/doctor-policies.ts'),
    import('./policies/policy-folder.ts'),
  ]);
  const { count, path, problems } = await lookAtPolicies(config, folder && resolve(folder));
  for (const problem of problems) {
    console.log(`✗ ${describeProblem(problem)}`);
    console.log(`    ${problem.help}`);
  }
  if (problems.length === 0) console.log(`✓ ${count} policy files in ${path}, all fine`);
  return problems.length === 0 ? 0 : 1;
}

function printFailure(error: NavetteError): void {
  console.error(`\n✗ ${error.message}`);
  if (error.help) console.error(`  ${error.help}`);
  if (error.kind === 'bug' && error.cause instanceof Error) console.error(error.cause.stack);
}
