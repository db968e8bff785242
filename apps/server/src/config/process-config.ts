import { type Config, type Environment, loadConfig } from './load-config.ts';

/**
 * The configuration of this process; `overrides` are variables that the command line set. The only place of the server
 * that reads the environment.
 */
export function loadProcessConfig(overrides: Environment = {}): Config {
  return loadConfig({ ...process.env, ...overrides }, process.cwd());
}
