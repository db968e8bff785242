import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetUpError } from './set-up-error.mjs';

/** The oldest Node that runs the sources as they are (types stripped, node:sqlite). */
const minimumMajor = 24;

/**
 * The Node that runs everything after the set-up: the one from node_modules, so that every machine has the same. Falls
 * back to the Node that runs this script when that one is new enough.
 */
export function findRuntime(root) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(root, 'node_modules', 'node', 'bin', name);
  if (process.execPath === pinned) return pinned;
  const reason = existsSync(pinned)
    ? proveRuns(pinned, root)
    : 'it is not installed (are install scripts switched off?)';
  if (!reason) return pinned;
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= minimumMajor) {
    console.error(`The pinned Node cannot be used: ${reason}. Going on with Node ${process.versions.node}.`);
    return process.execPath;
  }
  throw new SetUpError(
    `The pinned Node ${pinned} cannot be used: ${reason}, and Node ${process.versions.node} is too old to take its place. ` +
      `Run \`npm ci\` again with install scripts allowed, or install Node ${minimumMajor} or newer.`,
  );
}

function proveRuns(path, root) {
  const version = readVersion(root);
  const result = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  if (result.error) return result.error.message;
  if (result.status !== 0) return (result.stderr || `exit code ${result.status}`).trim();
  return result.stdout.trim() === `v${version}`
    ? undefined
    : `it is ${result.stdout.trim()}, not v${version}`;
}

function readVersion(root) {
  return JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8')).version;
}
