import { basename, extname } from 'node:path';
import { type WorkflowFile, workflowFileSchema } from '@navette/contracts';
import { cliErrors } from '../errors.ts';
import { type ProgramHeader, readProgramHeader } from './program-header.ts';

const languages = new Map([
  ['.ts', 'typescript'],
  ['.mts', 'typescript'],
  ['.js', 'javascript'],
  ['.mjs', 'javascript'],
] as const);

export type ProgramLanguage = 'typescript' | 'javascript';

/** The language of a file that holds a coded workflow; undefined for other files. */
export function languageOf(path: string): ProgramLanguage | undefined {
  return (languages as ReadonlyMap<string, ProgramLanguage>).get(extname(path).toLowerCase());
}

/** Throws CLI_PROGRAM_INVALID for files that hold no program. */
export function requireLanguage(path: string): ProgramLanguage {
  const language = languageOf(path);
  if (language) return language;
  throw createInvalid(path, 'its name ends in none of .ts, .mts, .js and .mjs');
}

/**
 * The workflow around a program, named after the file ("order-intake" of "./order-intake.ts"): started by hand, through
 * the API, or by other workflows once it is published. @throws CLI_PROGRAM_INVALID when the source cannot be one.
 */
export function createProgramWorkflow(path: string, source: string): WorkflowFile {
  const language = requireLanguage(path);
  if (!/^[ \t]*export\s+default\b/m.test(source)) throw createInvalid(path, 'it has no default export');
  const name = basename(path, extname(path));
  const parsed = workflowFileSchema.safeParse({
    name,
    definition: {
      nodes: [
        { id: 'start', name: 'Start', type: 'manual-trigger', position: [0, 0] },
        { id: 'called', name: 'Called', type: 'parent-trigger', position: [0, 160] },
        {
          id: 'program',
          name: 'Program',
          type: 'program',
          parameters: { language, source, ...readHeader(path, source) },
          position: [240, 0],
        },
      ],
      edges: [
        { from: 'start', to: 'program' },
        { from: 'called', to: 'program' },
      ],
    },
  });
  if (parsed.success) return parsed.data;
  throw createInvalid(path, `"${name}" is no name of a workflow`);
}

function readHeader(path: string, source: string): ProgramHeader {
  try {
    return readProgramHeader(source);
  } catch (error) {
    throw createInvalid(path, (error as Error).message);
  }
}

function createInvalid(path: string, detail: string) {
  return cliErrors.create('CLI_PROGRAM_INVALID', { params: { path, detail } });
}
