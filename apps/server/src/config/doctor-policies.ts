import { silentLogger } from '@navette/kit';
import type { PolicyProblem } from '@navette/sandbox';
import { createPolicyBase, policyFolderOf } from '../policies/open-policies.ts';
import { describePolicies, PolicyFolder } from '../policies/policy-folder.ts';
import type { Finding } from './doctor.ts';
import type { Config } from './load-config.ts';

/** Whether the policy files can be used. With a broken one the server starts, and refuses the code that it is for. */
export async function checkPolicies(config: Pick<Config, 'code' | 'dataDir'>): Promise<Finding> {
  const check = 'policies';
  const { path, problems, summary } = await lookAtPolicies(config);
  if (problems.length === 0) return { check, status: 'ok', message: `${path}: ${summary}` };
  const help = problems.map((problem) => `${problem.file}: ${problem.help}`).join(' ');
  return { check, status: 'fail', message: `${path}: ${summary}`, help };
}

/** @param folder in place of that of the configuration. */
export async function lookAtPolicies(
  config: Pick<Config, 'code' | 'dataDir'>,
  folder?: string,
): Promise<{ path: string; count: number; problems: PolicyProblem[]; summary: string }> {
  const place = folder === undefined ? policyFolderOf(config) : { path: folder, required: true };
  const policies = new PolicyFolder({ ...place, base: createPolicyBase(config.code), logger: silentLogger });
  const set = await policies.read();
  return {
    path: place.path,
    count: set.files.length,
    problems: set.problems,
    summary: describePolicies(set),
  };
}
