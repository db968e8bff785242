import { loadMigrations } from '@navette/store';
import { checkArtifacts } from './doctor-artifacts.ts';
import { checkCode } from './doctor-code.ts';
import { checkDatabase } from './doctor-database.ts';
import { checkDataFolder, checkMasterKey } from './doctor-files.ts';
import { checkClock, checkNode, checkPort } from './doctor-machine.ts';
import { checkPolicies } from './doctor-policies.ts';
import { checkRedis } from './doctor-redis.ts';
import type { Config } from './load-config.ts';

/** One line of `navette doctor`. `fail`: the server would not start or would misbehave. */
export interface Finding {
  check:
    | 'node'
    | 'clock'
    | 'data folder'
    | 'master key'
    | 'port'
    | 'database'
    | 'redis'
    | 'artifacts'
    | 'code'
    | 'policies';
  status: 'ok' | 'warn' | 'fail';
  message: string;
  /** What to do, for everything that is not ok. */
  help?: string;
}

/** Looks at everything a start needs, without starting or changing anything. Never throws. */
export async function runDoctor(config: Config): Promise<Finding[]> {
  const machine = [checkNode(process.versions.node), checkDataFolder(config), checkMasterKey(config)];
  const [port, database, redis, artifacts, code, policies] = await Promise.all([
    checkPort(config),
    checkDatabase(config, loadMigrations().length),
    checkRedis(config),
    checkArtifacts(config),
    checkCode(config.code),
    checkPolicies(config),
  ]);
  const services = [
    ...database.findings,
    ...(redis ? [redis] : []),
    ...(artifacts ? [artifacts] : []),
    code,
    policies,
  ];
  return [...machine, port, ...services, checkClock(database.clockSkewMs)];
}
