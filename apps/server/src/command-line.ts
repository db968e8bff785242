import { parseArgs } from 'node:util';
import { defineErrors } from '@navette/kit';
import type { Environment } from './config/load-config.ts';

export const commandLineErrors = defineErrors({
  COMMAND_LINE_INVALID: {
    kind: 'user',
    status: 500,
    retry: 'never',
    message: '{reason}',
    help: 'See --help.',
  },
});

export interface CommandLine {
  command:
    | 'start'
    | 'doctor'
    | 'check-policies'
    | 'reset-password'
    | 'forget-credentials'
    | 'help'
    | 'version';
  /** Of `reset-password`: whose. Of `check-policies`: the folder; that of the configuration when left out. */
  argument?: string;
  /** Settings that the command line gives, as the environment variables that they stand for. */
  overrides: Environment;
}

export const helpText = `Starts the Navette server: API, web app, worker and built-in database in one process.

  npm start -- [options]        start the server
  npm start -- doctor           check this machine and the configuration
  npm start -- check-policies [FOLDER]   check the policy files of code (docs/guide/policies.md)
  npm start -- reset-password EMAIL   set a password, read from the standard input
  npm start -- forget-credentials     when the master key is lost: remove what it sealed
                                (docs/guide/disaster.md)

Options
  --role ROLE       all, api, worker or scheduler (NAVETTE_ROLE); docs/guide/scaling.md
  --port N          port to listen on (NAVETTE_PORT)
  --host ADDRESS    address to listen on (NAVETTE_HOST)
  --data-dir PATH   folder of the database, files and keys (NAVETTE_DATA_DIR)
  --help, --version

Every other setting: docs/guide/configuration.md`;

/** Throws COMMAND_LINE_INVALID. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  const overrides: Record<string, string> = {};
  if (values.role !== undefined) overrides['NAVETTE_ROLE'] = values.role;
  if (values.port !== undefined) overrides['NAVETTE_PORT'] = values.port;
  if (values.host !== undefined) overrides['NAVETTE_HOST'] = values.host;
  if (values['data-dir'] !== undefined) overrides['NAVETTE_DATA_DIR'] = values['data-dir'];
  if (values.help) return { command: 'help', overrides };
  if (values.version) return { command: 'version', overrides };
  const [command, ...rest] = positionals;
  const [argument] = rest;
  if (command === 'reset-password') {
    if (argument === undefined || rest.length > 1)
      throw createError('reset-password needs an e-mail address');
    return { command, argument, overrides };
  }
  if (command === 'check-policies') {
    if (rest.length > 1) throw createError('check-policies takes one folder');
    return { command, ...(argument === undefined ? {} : { argument }), overrides };
  }
  if (command === undefined) return { command: 'start', overrides };
  if (rest.length === 0 && (command === 'doctor' || command === 'forget-credentials'))
    return { command, overrides };
  throw createError(`There is no command "${positionals.join(' ')}"`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        role: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'data-dir': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw createError((error as Error).message.split('. ')[0]!);
  }
}

export function createError(reason: string) {
  return commandLineErrors.create('COMMAND_LINE_INVALID', { params: { reason } });
}
