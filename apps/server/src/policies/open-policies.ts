import { join } from 'node:path';
import type { Logger } from '@navette/kit';
import { defaultPolicy, type PolicyBase } from '@navette/sandbox';
import type { Config } from '../config/index.ts';
import { PolicyFolder } from './policy-folder.ts';

/** The shipped policy, with the defaults and the hosts of the configuration: what files go on from. */
export function createPolicyBase({
  allowedHosts,
  cpuMs,
  memoryBytes,
  wallMs,
}: Pick<Config['code'], 'allowedHosts' | 'cpuMs' | 'memoryBytes' | 'wallMs'>): PolicyBase {
  const { ceiling, defaults } = defaultPolicy;
  return {
    server: {
      defaults: { ...defaults, limits: { ...defaults.limits, cpuMs, memoryBytes, wallMs } },
      ceiling: { ...ceiling, allowedHosts },
    },
    configured: new Set(['cpuMs', 'memoryBytes', 'wallMs']),
  };
}

/** The folder that the configuration names, or that of the data folder, which need not be there. */
export function policyFolderOf({ code, dataDir }: Pick<Config, 'code' | 'dataDir'>): {
  path: string;
  required: boolean;
} {
  const { policiesDir } = code;
  return { path: policiesDir ?? join(dataDir, 'policies'), required: policiesDir !== undefined };
}

export function openPolicies(config: Pick<Config, 'code' | 'dataDir'>, logger: Logger): PolicyFolder {
  return new PolicyFolder({ ...policyFolderOf(config), base: createPolicyBase(config.code), logger });
}
