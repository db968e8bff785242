import { describeAddress } from '@navette/store';
import { settings } from './config-schema.ts';
import { describeRedis } from './describe-redis.ts';
import type { Config } from './load-config.ts';

export interface ConfigRow {
  key: string;
  /** For people; secrets are masked, nothing is "–". */
  value: string;
  source: string;
}

/** Every setting with its value and where it comes from, fit to be shown to anybody. */
export function describeConfig(config: Config): ConfigRow[] {
  return settings.map(({ key, secret }) => {
    const value = readValue(config, key);
    return {
      key,
      value: secret && value !== undefined ? maskSecret(key, String(value)) : encodeValue(value),
      source: config.sources.get(key) ?? 'default',
    };
  });
}

function readValue(config: Config, key: string): unknown {
  let at: unknown = config;
  for (const part of key.split('.')) at = (at as Record<string, unknown>)[part];
  return at;
}

function maskSecret(key: string, value: string): string {
  if (key === 'databaseUrl') return `${describeAddress(value)} (user and password hidden)`;
  if (key === 'redisUrl') return `${describeRedis(value)} (user and password hidden)`;
  return '(set, hidden)';
}

function encodeValue(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '–';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
