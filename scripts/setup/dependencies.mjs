import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, listWorkspaces } from './content-hash.mjs';
import { runStep } from './progress.mjs';
import { SetUpError } from './set-up-error.mjs';

/** Installs what package-lock.json says, when it is not there yet. Asks the network for nothing otherwise. */
export async function ensureDependencies(root) {
  const manifests = ['package.json', ...listWorkspaces(root).map((path) => `${path}/package.json`)];
  const wanted = hashFiles(root, ['package-lock.json', ...manifests], `${process.platform}-${process.arch}`);
  const stampPath = join(root, 'node_modules', '.navette-stamp');
  if (readText(stampPath) === wanted) return;
  if (!isInstalled(root)) {
    await runStep('Installing dependencies', (report) => install(root, report));
  }
  writeFileSync(stampPath, wanted);
}

/**
 * Whether node_modules holds what the lockfile says, by the copy of it that npm leaves there. So that a tree that was
 * installed by hand (`npm install`) is not installed a second time.
 */
export function isInstalled(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const found = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !found) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.extraneous || !path.includes('node_modules/')) continue;
    const other = found[path];
    if (!other && (entry.optional || entry.devOptional || entry.peer)) continue;
    if (!other || other.version !== entry.version || other.integrity !== entry.integrity) return false;
    if (!existsSync(join(root, path))) return false;
  }
  return true;
}

async function install(root, report) {
  const npm = findNpm();
  // Everything, whatever NODE_ENV says: the web app is built here. `http` makes npm name each package it gets.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=http'];
  const child = spawn(npm.command, [...npm.args, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: npm.shell,
  });
  let output = '';
  let packages = 0;
  const read = (text) => {
    packages += text.match(/npm (?:http|verbose) (?:fetch|cache)\b[^\n]*\.tgz/g)?.length ?? 0;
    if (packages > 0) report(`${packages} packages fetched`);
    output = (output + text).slice(-200_000);
  };
  child.stdout.setEncoding('utf8').on('data', read);
  child.stderr.setEncoding('utf8').on('data', read);
  const exitCode = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(-1);
    });
    child.on('close', resolve);
  });
  if (exitCode !== 0) throw createInstallError(output, exitCode);
}

/** The npm that runs us, under the Node that runs it: the Node in node_modules is about to be replaced. */
function findNpm() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script && /npm-cli\.[cm]?js$/.test(script) && existsSync(script)) {
    const runner = node && !node.includes('node_modules') ? node : findSystemNode();
    return { command: runner, args: [script], shell: false };
  }
  return process.platform === 'win32'
    ? { command: 'npm.cmd', args: [], shell: true }
    : { command: 'npm', args: [], shell: false };
}

/** npm puts node_modules/.bin first on the PATH; the user's own Node comes after it. */
function findSystemNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const separator = process.platform === 'win32' ? ';' : ':';
  for (const folder of (process.env.PATH ?? '').split(separator)) {
    const path = join(folder, name);
    if (!folder.includes('node_modules') && existsSync(path)) return path;
  }
  return process.execPath;
}

/** What npm says when it fails, and what to do about it: the first pattern that fits decides. */
const advices = [
  [/ENOSPC/, 'The disk is full: free about 1 GB and run the command again.'],
  [
    /EACCES|EPERM/,
    'Some files in node_modules belong to another user: remove that folder, or run as its owner.',
  ],
  [
    /can only install packages when|in sync/,
    'package-lock.json does not fit the package.json files: run `npm install`, then `node scripts/complete-lockfile.mjs`, and commit the result.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ERR_SOCKET|network/,
    'The package registry was not reachable: check the network and `npm config get registry`, then run the command again.',
  ],
];

function createInstallError(output, exitCode) {
  const errors = output.split('\n').filter((line) => /^npm error \S/.test(line) || /^(?!npm )\S/.test(line));
  const advice =
    advices.find(([pattern]) => pattern.test(output))?.[1] ?? 'Run `npm ci` to see the whole output.';
  const message = `The dependencies could not be installed (npm ended with ${exitCode}). ${advice}`;
  return new SetUpError(message, errors.slice(0, 15).join('\n'));
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
