import { accessSync, constants } from 'node:fs';

/** The repository's folder, with a slash at the end. */
export const repositoryUrl = new URL('../../', import.meta.url);

const minimumNodeMajor = 20;
const platforms = new Map([
  ['linux', ['x64', 'arm64']],
  ['darwin', ['x64', 'arm64']],
  ['win32', ['x64']],
]);

/**
 * What keeps this machine from running Navette, as sentences for whoever typed the command; empty when nothing does.
 * @param {{nodeVersion: string, platform: string, arch: string}} machine
 */
export function findPlatformProblems({ nodeVersion, platform, arch }) {
  const problems = [];
  if (Number.parseInt(nodeVersion, 10) < minimumNodeMajor) {
    problems.push(
      `Node ${nodeVersion} is too old: Navette needs Node ${minimumNodeMajor} or newer to set itself up. Get it from https://nodejs.org`,
    );
  }
  const architectures = platforms.get(platform);
  if (!architectures?.includes(arch)) {
    const supported = [...platforms].flatMap(([name, list]) => list.map((one) => `${name}-${one}`));
    problems.push(`Navette does not run on ${platform}-${arch}. It runs on ${supported.join(', ')}.`);
  } else if (platform === 'win32' && !process.env.DATABASE_URL) {
    problems.push(
      'On Windows the built-in database is not available: set DATABASE_URL to a Postgres 15 or newer, or use WSL.',
    );
  }
  return problems;
}

/** The set-up writes into the repository (node_modules, apps/web/dist). */
export function findFolderProblem(path) {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch {
    return `The folder ${path} cannot be written, and the set-up has to install into it. Give yourself write access to it.`;
  }
}
