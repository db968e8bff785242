/** What helps when a secret is lost: done on the database itself, by whoever may open it. No master key is needed. */
import { createInterface } from 'node:readline';
import { silentLogger } from '@navette/kit';
import { AccountRepository, createQueryBuilder, type Database, forgetCredentials } from '@navette/store';
import { createError } from './command-line.ts';
import type { Config } from './config/index.ts';
import { openConfiguredDatabase } from './open-storage.ts';

const passwordLength = { least: 10, most: 200 };

/** The password is the first line of the input, so that it stands in no list of processes and no history. */
export async function resetPassword(
  config: Config,
  address: string,
  input: NodeJS.ReadableStream,
): Promise<string> {
  if ((input as NodeJS.ReadStream).isTTY) process.stderr.write('New password, shown as you type: ');
  const password = await readLine(input);
  const { least, most } = passwordLength;
  if (password.length < least || password.length > most)
    throw createError(`The password on the standard input must have ${least} to ${most} characters`);
  const email = address.toLowerCase();
  const isKnown = await withDatabase(config, async (database) => {
    const { createAuth } = await import('./accounts/create-auth.ts');
    const auth = createAuth({
      pool: database.pool,
      secret: 'signs nothing here',
      publicUrl: 'http://localhost',
    });
    const hash = await (await auth.$context).password.hash(password);
    return new AccountRepository(createQueryBuilder(database.pool)).resetPassword(email, hash);
  });
  if (!isKnown) throw createError(`Nobody has an account with the address "${address}"`);
  return `The password of ${email} is set, and all sessions of the account have ended`;
}

export async function forgetAllCredentials(config: Config): Promise<string> {
  const gone = await withDatabase(config, ({ pool }) => forgetCredentials(createQueryBuilder(pool)));
  const names = gone.map(({ name }) => `\n  ${name}`).join('');
  return gone.length === 0 ? 'There were no credentials' : `Credentials to be made again:${names}`;
}

async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openConfiguredDatabase(config, silentLogger);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function readLine(input: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return '';
}
