/** Checks the types of the code of a Code node, which is the body of a function, with the declarations of its names. */
import { diagnose, type ProgramIssue } from './check-program.ts';
import { explainMistake } from './explain-mistake.ts';
import type { ProgramLanguage } from './program-file.ts';

export interface StepCheckOptions {
  source: string;
  language: ProgramLanguage;
  /** The text of a .d.ts file: `$json`, `$input` and the other names. */
  declarations: string;
  signal?: AbortSignal | undefined;
}

const head = 'async function step() {';
/** Imports stand at the top, with comments and empty lines between them. */
const topPart = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|import\b[^;'"(]*(?:'[^'\n]*'|"[^"\n]*")[ \t]*;?/y;

/** The mistakes of the code, in the order of its lines. @throws CLI_CHECKER_MISSING, Interrupted */
export async function checkStep(options: StepCheckOptions): Promise<ProgramIssue[]> {
  const { declarations, language, signal, source } = options;
  const name = language === 'typescript' ? 'step.ts' : 'step.js';
  const at = findBody(source);
  const text = `${source.slice(0, at)}${head}${source.slice(at)}\n}\nexport {};\n`;
  const before = source.slice(0, at).split('\n');
  const found = await diagnose({ files: { 'names.d.ts': declarations, [name]: text }, language, signal });
  return found
    .filter(({ file }) => file === name)
    .map(({ code, column, line, message }) => {
      const isMoved = line === before.length && column > before.at(-1)!.length;
      const at = isMoved ? Math.max(1, column - head.length) : column;
      return explainMistake({ code, line, column: at, message }, () => false);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Where the imports end and the body of the function begins. */
function findBody(source: string): number {
  let end = 0;
  topPart.lastIndex = 0;
  for (let match = topPart.exec(source); match; match = topPart.exec(source)) {
    if (match[0].startsWith('import')) end = topPart.lastIndex;
  }
  return end;
}
