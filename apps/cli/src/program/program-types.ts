import { readFile } from 'node:fs/promises';
import { cliErrors } from '../errors.ts';

const path = new URL('./navette.d.ts.txt', import.meta.url);

/** `navette.d.ts`: the types of `ctx` for this version of Navette. Throws CLI_CHECKER_MISSING. */
export async function readProgramTypes(): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const params = { detail: 'the types of programs are not where they should be' };
    throw cliErrors.create('CLI_CHECKER_MISSING', { params, cause: error });
  }
}
