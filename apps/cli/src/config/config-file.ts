import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { cliErrors } from '../errors.ts';
import type { Environment } from '../output/terminal.ts';

const configSchema = z.strictObject({
  version: z.literal(1),
  url: z.url({ protocol: /^https?$/ }),
  apiKey: z.string().min(1),
});

/** Where `navette login` signed in. */
export interface Config {
  url: string;
  apiKey: string;
}

/** $XDG_CONFIG_HOME/navette/config.json, or ~/.config/navette/config.json. */
export function locateConfig(env: Environment): string {
  const base = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  return join(base, 'navette', 'config.json');
}

/** Undefined when there is none yet. Throws CLI_CONFIG_INVALID, CLI_FILE_UNREADABLE. */
export async function loadConfig(path: string): Promise<Config | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cliErrors.create('CLI_FILE_UNREADABLE', {
      params: { path, detail: describe(error) },
      cause: error,
    });
  }
  return decodeConfig(text, path);
}

function decodeConfig(text: string, path: string): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the text, and the key is in it.
    throw cliErrors.create('CLI_CONFIG_INVALID', {
      params: { path, detail: 'it is not JSON' },
      cause: error,
    });
  }
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const detail = `${issue.path.join('.') || 'it'}: ${issue.message}`;
    throw cliErrors.create('CLI_CONFIG_INVALID', { params: { path, detail } });
  }
  return { url: parsed.data.url, apiKey: parsed.data.apiKey };
}

/** Writes the file so that only its owner can read it, and in one piece. Throws CLI_FILE_UNWRITABLE. */
export async function saveConfig(path: string, config: Config): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify({ version: 1, ...config }, undefined, 2)}\n`;
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (error) {
    // Whatever else goes wrong: the first error is the one to tell.
    await rm(draft, { force: true }).catch(() => {});
    throw cliErrors.create('CLI_FILE_UNWRITABLE', {
      params: { path, detail: describe(error) },
      cause: error,
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
