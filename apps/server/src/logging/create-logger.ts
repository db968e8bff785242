import { type Logger, NavetteError } from '@navette/kit';
import { type DestinationStream, type LoggerOptions, pino } from 'pino';
import { encodeLoggedIds } from './encode-logged-ids.ts';
import { encodeStepError } from './encode-step-error.ts';

export interface LoggerSettings {
  level: 'debug' | 'info' | 'warn' | 'error';
  /** For people on a terminal; else one JSON object a line. */
  pretty: boolean;
  /** Standard output when left out. */
  destination?: DestinationStream;
}

/** The logger of the process. Errors are reduced to what may be seen: a refusal to its code and message. */
export async function createLogger(settings: LoggerSettings): Promise<Logger> {
  const options: LoggerOptions = {
    level: settings.level,
    base: null,
    serializers: { err: encodeLoggedError, stepError: encodeStepError },
    // Nobody passes these on purpose; this is for the day that somebody does.
    redact: { paths: secretPaths, censor: '[hidden]' },
    formatters: {
      log: encodeLoggedIds,
      ...(settings.pretty ? {} : { level: (label: string) => ({ level: label }) }),
    },
  };
  return pino(options, settings.destination ?? (await openDestination(settings.pretty))) as unknown as Logger;
}

const secretPaths = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'headers',
  'connectionString',
].flatMap((name) => [name, `*.${name}`]);

async function openDestination(pretty: boolean): Promise<DestinationStream> {
  // Synchronous: what is said before a crash is on the screen.
  if (!pretty) return pino.destination({ fd: 1, sync: true });
  const { default: createPretty } = await import('pino-pretty');
  return createPretty({ colorize: true, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' });
}

/** Database errors carry the query and its values; those stay out. */
export function encodeLoggedError(error: unknown): unknown {
  if (NavetteError.is(error) && error.kind !== 'bug')
    return { code: error.code, message: error.message, ...encodeCause(error.cause) };
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const { code } = error as NodeJS.ErrnoException;
  return { name, message, ...(code === undefined ? {} : { code }), stack, ...encodeCause(error.cause) };
}

function encodeCause(cause: unknown): { cause?: unknown } {
  return cause instanceof Error ? { cause: encodeLoggedError(cause) } : {};
}
