import { createUsageError } from '../command/parse-command-line.ts';
import type { Environment } from '../output/terminal.ts';
import { type Config, loadConfig, locateConfig } from './config-file.ts';

export const defaultUrl = 'http://127.0.0.1:4600';

export type Source = 'option' | 'environment' | 'configuration' | 'default';

/** Which server to speak to, and as whom. */
export interface Settings {
  /** Without a slash at the end. */
  url: string;
  urlFrom: Source;
  key: string | undefined;
  keyFrom: Source | undefined;
  configPath: string;
  /** Whether the configuration file exists. */
  hasConfig: boolean;
}

/**
 * Options go before the environment, the environment before the configuration file. The key of the file is for the
 * server that it was made by: no other server is sent it.
 */
export async function loadSettings(options: {
  url: string | undefined;
  key: string | undefined;
  env: Environment;
}): Promise<Settings> {
  const { env } = options;
  const configPath = locateConfig(env);
  const config = await loadConfig(configPath);
  const [url, urlFrom] = chooseUrl(options.url, env['NAVETTE_URL'], config);
  const [key, keyFrom] = chooseKey(options.key, env['NAVETTE_API_KEY'], config, url);
  return { url, urlFrom, key, keyFrom, configPath, hasConfig: config !== undefined };
}

function chooseUrl(
  option: string | undefined,
  variable: string | undefined,
  config: Config | undefined,
): [string, Source] {
  if (option !== undefined) return [parseUrl(option, '--url'), 'option'];
  if (variable) return [parseUrl(variable, 'NAVETTE_URL'), 'environment'];
  if (config) return [parseUrl(config.url, 'the url of the configuration'), 'configuration'];
  return [defaultUrl, 'default'];
}

function chooseKey(
  option: string | undefined,
  variable: string | undefined,
  config: Config | undefined,
  url: string,
): [string | undefined, Source | undefined] {
  if (option !== undefined) return [parseKey(option, '--key'), 'option'];
  if (variable) return [parseKey(variable, 'NAVETTE_API_KEY'), 'environment'];
  if (config && parseUrl(config.url, 'the url of the configuration') === url)
    return [parseKey(config.apiKey, 'the apiKey of the configuration'), 'configuration'];
  return [undefined, undefined];
}

/** The address without a slash at the end. Throws CLI_USAGE. */
export function parseUrl(text: string, from: string): string {
  const parsed = URL.parse(text);
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw createUsageError([], `${from} must be an address such as ${defaultUrl}, not "${text}"`);
  }
  if (parsed.username || parsed.password || parsed.search || parsed.hash) {
    throw createUsageError([], `${from} must be an address alone, without user name, query or fragment`);
  }
  return parsed.href.replace(/\/+$/, '');
}

/** The key as it goes into a header. Throws CLI_USAGE, without the key in it. */
export function parseKey(text: string, from: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw createUsageError([], `${from} is no API key: it is empty or has blanks or special characters in it`);
}
