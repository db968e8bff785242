import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord } from '@navette/kit';
import { configErrors } from './config-error.ts';

export interface ConfigFile {
  path: string;
  content: Record<string, unknown>;
}

export const configFileName = 'navette.config.json';

/**
 * The file that NAVETTE_CONFIG names, or navette.config.json of the working folder; undefined when neither is there.
 * Throws CONFIG_FILE_CORRUPT with the place of the mistake, or CONFIG_FILE_UNREADABLE.
 */
export function readConfigFile(named: string | undefined, cwd: string): ConfigFile | undefined {
  const path = named ? resolve(cwd, named) : join(cwd, configFileName);
  if (!named && !existsSync(path)) return undefined;
  const text = readText(path);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw createCorruptError(path, text, error as SyntaxError);
  }
  if (!isRecord(content)) {
    const params = { path, reason: 'expected an object', line: 1, column: 1 };
    throw configErrors.create('CONFIG_FILE_CORRUPT', { params });
  }
  return { path, content };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : (code ?? 'unknown reason');
    throw configErrors.create('CONFIG_FILE_UNREADABLE', { params: { path, reason }, cause: error });
  }
}

/** No text of the file is repeated: it may be a secret. */
function createCorruptError(path: string, text: string, error: SyntaxError) {
  const offset = findMistake(text);
  const before = text.slice(0, offset).split('\n');
  const reason = offset === text.length ? 'it ends too early' : describeMistake(error.message);
  const params = { path, reason, line: before.length, column: before.at(-1)!.length + 1 };
  return configErrors.create('CONFIG_FILE_CORRUPT', { params });
}

/** The length of the longest beginning that could still become JSON. V8 does not always say where it stumbled. */
function findMistake(text: string): number {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (mayBecomeJson(text.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

function mayBecomeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = /at position (\d+)/.exec(message);
    return position ? Number(position[1]) >= text.length : message.startsWith('Unexpected end');
  }
}

function describeMistake(message: string): string {
  const known =
    /^(Expected .+?|Unexpected non-whitespace character after JSON) (?:in JSON )?at position/.exec(message);
  return known ? known[1]!.toLowerCase() : 'unexpected text';
}
