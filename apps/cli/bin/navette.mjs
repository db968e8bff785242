#!/usr/bin/env node
/**
 * The `navette` command. Plain JavaScript for any Node: the sources need the Node that the repository pins, so an older
 * one hands over to it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const minimumMajor = 24;
const main = new URL('../src/main.ts', import.meta.url);
const pinned = fileURLToPath(
  new URL(
    `../../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`,
    import.meta.url,
  ),
);

if (Number.parseInt(process.versions.node, 10) >= minimumMajor) {
  await import(main.href);
} else if (existsSync(pinned)) {
  handOver();
} else {
  console.error(
    `navette needs Node ${minimumMajor}, and this is Node ${process.versions.node}. ` +
      'Run `npm start` once in the repository: it installs the Node that Navette uses.',
  );
  process.exitCode = 2;
}

function handOver() {
  const child = spawn(pinned, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the whole group of a terminal by itself; other signals reach only us.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`The Node of the repository does not start: ${error.message}`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
