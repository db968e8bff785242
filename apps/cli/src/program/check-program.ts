/**
 * Checks the types of a program with the TypeScript that this package depends on. It runs on a copy in a temporary folder
 * that is gone afterwards: nothing is written beside the user's file, and nothing is fetched.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliErrors } from '../errors.ts';
import { Interrupted } from '../interrupted.ts';
import { annotateProgram } from './annotate-program.ts';
import { explainMistake } from './explain-mistake.ts';
import type { ProgramLanguage } from './program-file.ts';
import { readProgramTypes } from './program-types.ts';

/** Something that is wrong with a program; line and column count from 1. */
export interface ProgramIssue {
  line: number;
  column: number;
  /** "TS2345"; of the text of the program, not of its types: "TS1005". */
  code: string;
  message: string;
}

export interface CheckOptions {
  source: string;
  language: ProgramLanguage;
  signal?: AbortSignal;
}

/** What the sandbox has: the language, no modules, no DOM and no Node. */
const compilerOptions = {
  noEmit: true,
  strict: true,
  target: 'es2023',
  lib: ['es2023'],
  types: [],
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  allowJs: true,
  checkJs: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
};
/** Asks of the default export what a program has to be. */
const entry = `import program from './program';\nprogram satisfies Program;\n`;
const longestCheckMs = 60_000;

/**
 * The mistakes of a program, in the order of its lines; none when it is well typed.
 * @throws CLI_CHECKER_MISSING, Interrupted
 */
export async function checkProgram({ language, signal, source }: CheckOptions): Promise<ProgramIssue[]> {
  const annotated = annotateProgram(source, language);
  const name = language === 'typescript' ? 'program.ts' : 'program.js';
  const files = { 'navette.d.ts': await readProgramTypes(), [name]: annotated.text, 'entry.ts': entry };
  const isImport = (module: string) => source.includes(`'${module}'`) || source.includes(`"${module}"`);
  return toIssues(await diagnose({ files, language, signal }), name, annotated.toSource).map((issue) =>
    explainMistake(issue, isImport),
  );
}

/**
 * What the compiler says of these files, by their names; all of them are part of the check.
 * @throws CLI_CHECKER_MISSING, Interrupted
 */
export async function diagnose(options: {
  files: Readonly<Record<string, string>>;
  language: ProgramLanguage;
  signal: AbortSignal | undefined;
}): Promise<Diagnostic[]> {
  const compiler = findCompiler();
  const strictness = options.language === 'typescript' ? {} : { noImplicitAny: false };
  const folder = await mkdtemp(join(tmpdir(), 'navette-check-'));
  try {
    const files = Object.keys(options.files);
    const config = JSON.stringify({ compilerOptions: { ...compilerOptions, ...strictness }, files });
    const texts = Object.entries({ ...options.files, 'tsconfig.json': config });
    await Promise.all(texts.map(([name, text]) => writeFile(join(folder, name), text)));
    return parseDiagnostics(await runCompiler(compiler, folder, options.signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The native program of the package "typescript" as `from` finds it: its JavaScript would start a second Node.
 * @throws CLI_CHECKER_MISSING
 */
export function findCompiler(from: string = import.meta.url): string {
  const own = createRequire(from);
  try {
    const typescript = createRequire(own.resolve('typescript/package.json'));
    const manifest = typescript.resolve(
      `@typescript/typescript-${process.platform}-${process.arch}/package.json`,
    );
    const path = join(manifest, '..', 'lib', process.platform === 'win32' ? 'tsc.exe' : 'tsc');
    if (existsSync(path)) return path;
    throw new Error(`there is no ${path}`);
  } catch (error) {
    const detail = `TypeScript for ${process.platform}-${process.arch} is not installed`;
    throw cliErrors.create('CLI_CHECKER_MISSING', { params: { detail }, cause: error });
  }
}

async function runCompiler(path: string, folder: string, signal: AbortSignal | undefined): Promise<string> {
  const args = ['--project', 'tsconfig.json', '--pretty', 'false'];
  const options = { cwd: folder, maxBuffer: 10_000_000, timeout: longestCheckMs, windowsHide: true };
  return new Promise((resolve, reject) => {
    execFile(path, args, { ...options, ...(signal ? { signal } : {}) }, (error, stdout, stderr) => {
      // It ends with 1 or 2 when it has found mistakes.
      if (!error || typeof error.code === 'number') return resolve(stdout);
      if (signal?.aborted) return reject(new Interrupted());
      const detail = error.killed ? `it took over ${longestCheckMs / 1000} s` : stderr || error.message;
      return reject(cliErrors.create('CLI_CHECKER_MISSING', { params: { detail }, cause: error }));
    });
  });
}

interface Diagnostic extends ProgramIssue {
  file: string;
}

/** Lines such as "program.ts(3,14): error TS2345: …"; the lines behind them that are set in belong to them. */
export function parseDiagnostics(output: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const text of output.split(/\r?\n/)) {
    const match = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/.exec(text);
    if (match) {
      const [, file = '', line = '1', column = '1', code, message] = match;
      found.push({ file, line: Number(line), column: Number(column), code: code!, message: message! });
    } else if (text.startsWith(' ')) {
      const last = found.at(-1);
      if (last) last.message += `\n${text}`;
    }
  }
  return found;
}

function toIssues(
  diagnostics: readonly Diagnostic[],
  name: string,
  toSource: (line: number, column: number) => { line: number; column: number },
): ProgramIssue[] {
  const own = diagnostics
    .filter((one) => one.file === name)
    .map(({ code, message, line, column }) => ({ ...toSource(line, column), code, message }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  if (own.length > 0) return own;
  return diagnostics.map(({ code, file, message }) => ({
    line: 1,
    column: 1,
    code,
    message:
      file === 'entry.ts'
        ? `The file needs \`export default async function (ctx, input) { … }\`. ${message.replace(/^Module '[^']*'/, 'It')}`
        : `${file} ${message}`.trim(),
  }));
}
