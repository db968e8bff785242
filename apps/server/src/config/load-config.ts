import { dirname, resolve } from 'node:path';
import { isRecord } from '@navette/kit';
import type { z } from 'zod';
import { configErrors } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import { type ConfigValues, configSchema, settings } from './config-schema.ts';
import type { Setting } from './setting.ts';

/** Where a value comes from: "default", "environment NAVETTE_PORT" or "file /etc/navette.json". */
export type ConfigSources = ReadonlyMap<string, string>;

/** All settings, plus where each of them comes from. Holds secrets: it is shown by `describeConfig` only. */
export interface Config extends ConfigValues {
  readonly sources: ConfigSources;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables with our prefix that are not settings of the server: of the CLI, of tests, and the name of the file. */
const otherVariables = /^NAVETTE_(CONFIG|URL|API_KEY|PROJECT|LANG|TEST_\w+|BENCH_\w+)$/;

/**
 * Merges environment, file and defaults, in this order. Throws CONFIG_INVALID with one line for every mistake found,
 * unknown names included, or the errors of the file.
 */
export function loadConfig(env: Environment, cwd: string): Config {
  const findings: string[] = findUnknownVariables(env);
  const file = readConfigFile(env['NAVETTE_CONFIG'] || undefined, cwd);
  const sources = new Map<string, string>();
  const input: Record<string, unknown> = structuredClone(file?.content ?? {});
  const bases = new Map<string, string>();
  for (const setting of settings) {
    const fromFile = file && readKey(file.content, setting.key) !== undefined;
    sources.set(setting.key, fromFile ? `file ${file.path}` : 'default');
    bases.set(setting.key, fromFile ? dirname(file.path) : cwd);
    const variable = setting.env.find((name) => env[name] !== undefined && env[name] !== '');
    if (!variable) continue;
    const value = decodeVariable(setting, env[variable]!);
    writeKey(input, setting.key, value);
    sources.set(setting.key, `environment ${variable}`);
    bases.set(setting.key, cwd);
  }
  const parsed = configSchema.safeParse(input);
  if (!parsed.success)
    findings.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, sources, file?.path)));
  if (findings.length > 0 || !parsed.success) throw createInvalidError(findings);
  return { ...resolvePaths(parsed.data, bases), sources };
}

/** Text that does not fit its kind is kept: the schema then says what it expected. */
function decodeVariable({ kind }: Setting, text: string): unknown {
  const trimmed = text.trim();
  switch (kind) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
    case 'boolean':
      return /^(true|1|yes)$/i.test(trimmed) ? true : /^(false|0|no)$/i.test(trimmed) ? false : trimmed;
    case 'list':
      return trimmed
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean);
    default:
      return trimmed;
  }
}

function findUnknownVariables(env: Environment): string[] {
  const known = new Set(settings.flatMap((setting) => setting.env));
  return Object.keys(env)
    .filter((name) => name.startsWith('NAVETTE_') && !known.has(name) && !otherVariables.test(name))
    .sort()
    .map((name) => `- environment ${name}: there is no such setting${suggest(name, known)}`);
}

function describeIssue(
  issue: z.core.$ZodIssue,
  sources: ConfigSources,
  filePath: string | undefined,
): string[] {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((name) => [...issue.path, name].join('.'));
    const known = settings.map((setting) => setting.key);
    return keys.map((key) => `- file ${filePath}: there is no setting ${key}${suggest(key, known)}`);
  }
  const key = issue.path.filter((part) => typeof part === 'string').join('.');
  const index = issue.path.find((part) => typeof part === 'number');
  const place = index === undefined ? key : `${key}, entry ${Number(index) + 1}`;
  return [`- ${place} (${sources.get(key) ?? `file ${filePath}`}): ${issue.message}`];
}

function createInvalidError(findings: readonly string[]) {
  return configErrors.create('CONFIG_INVALID', { params: { findings: findings.join('\n') } });
}

function resolvePaths(values: ConfigValues, bases: ReadonlyMap<string, string>): ConfigValues {
  const { policiesDir } = values.code;
  const code = policiesDir
    ? { ...values.code, policiesDir: resolve(bases.get('code.policiesDir')!, policiesDir) }
    : values.code;
  return { ...values, dataDir: resolve(bases.get('dataDir')!, values.dataDir), code };
}

function readKey(content: Record<string, unknown>, key: string): unknown {
  let at: unknown = content;
  for (const part of key.split('.')) at = isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  return at;
}

/** Keys come from the schema, never from the outside. */
function writeKey(target: Record<string, unknown>, key: string, value: unknown): void {
  const [group, name] = key.includes('.') ? key.split('.') : [undefined, key];
  if (group === undefined) {
    target[name!] = value;
    return;
  }
  const inner = target[group];
  target[group] = { ...(isRecord(inner) ? inner : {}), [name!]: value };
}

/** The nearest known name, when it is near enough to be meant. */
function suggest(name: string, known: Iterable<string>): string {
  const [best] = [...known]
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= 3 ? ` (did you mean ${best.candidate}?)` : '';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
