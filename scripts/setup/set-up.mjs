import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './dependencies.mjs';
import { findFolderProblem, findPlatformProblems, repositoryUrl } from './platform.mjs';
import { findRuntime } from './runtime.mjs';
import { SetUpError } from './set-up-error.mjs';
import { ensureWebApp } from './web-app.mjs';

/** The repository's folder. */
export const root = fileURLToPath(repositoryUrl);

/**
 * Makes a clone ready to run: checks the machine, installs dependencies, builds the web app, each only when needed.
 * Returns the Node to run everything else with. Throws SetUpError with words for people.
 */
export async function setUp({ webApp = true } = {}) {
  const { platform, arch, versions } = process;
  const problems = findPlatformProblems({ nodeVersion: versions.node, platform, arch });
  const folderProblem = findFolderProblem(root);
  if (folderProblem) problems.push(folderProblem);
  if (problems.length > 0) throw new SetUpError(problems.join('\n'));
  await ensureDependencies(root);
  const runtime = findRuntime(root);
  if (webApp) await ensureWebApp(root, runtime);
  return runtime;
}
