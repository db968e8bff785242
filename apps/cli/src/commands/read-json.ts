import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { runRequestSchema, toFieldIssues, type WorkflowFile, workflowFileSchema } from '@navette/contracts';
import type { JsonObject } from '@navette/kit';
import type { z } from 'zod';
import { cliErrors } from '../errors.ts';
import type { InputStream } from '../output/terminal.ts';
import { createProgramWorkflow, languageOf } from '../program/program-file.ts';

type RunInput = z.input<typeof runRequestSchema>['input'];

/** `--input`: JSON, "@file", or "@-" for standard input. Throws CLI_INPUT_INVALID, CLI_FILE_UNREADABLE. */
export async function readInput(text: string | undefined, stdin: InputStream): Promise<RunInput> {
  if (text === undefined) return undefined;
  const source = text.startsWith('@') ? await readSource(text.slice(1), stdin) : text;
  const parsed = runRequestSchema.shape.input.safeParse(parseJson(source));
  if (parsed.success) return parsed.data;
  throw cliErrors.create('CLI_INPUT_INVALID', {
    params: { detail: 'it is neither an object nor a list of objects' },
  });
}

/** `--values`: like `--input`, an object only. Throws CLI_INPUT_INVALID, CLI_FILE_UNREADABLE. */
export async function readValues(
  text: string | undefined,
  stdin: InputStream,
): Promise<JsonObject | undefined> {
  const value = await readInput(text, stdin);
  if (!Array.isArray(value)) return value as JsonObject | undefined;
  throw cliErrors.create('CLI_INPUT_INVALID', { params: { detail: 'it is a list, not an object' } });
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const detail = `it is not JSON (${(error as SyntaxError).message})`;
    throw cliErrors.create('CLI_INPUT_INVALID', { params: { detail }, cause: error });
  }
}

/**
 * A workflow file, checked by the schema that the server uses, or the workflow around a program (.ts, .js).
 * Throws CLI_FILE_INVALID, CLI_FILE_UNREADABLE, CLI_PROGRAM_INVALID.
 */
export async function readWorkflowFile(path: string, stdin: InputStream): Promise<WorkflowFile> {
  const text = await readSource(path, stdin);
  if (languageOf(path)) return createProgramWorkflow(path, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const issues = [{ path: '/', message: `it is not JSON: ${(error as SyntaxError).message}` }];
    throw cliErrors.create('CLI_FILE_INVALID', { params: { path }, issues, cause: error });
  }
  const parsed = workflowFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw cliErrors.create('CLI_FILE_INVALID', { params: { path }, issues: toFieldIssues(parsed.error) });
}

export async function readSource(path: string, stdin: InputStream): Promise<string> {
  if (path === '-') return readAll(stdin);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const detail = (error as Error).message;
    throw cliErrors.create('CLI_FILE_UNREADABLE', { params: { path, detail }, cause: error });
  }
}
