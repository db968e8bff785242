/** One run of the code of a step: its program, its input and its result. */
import type { HeldCode, Item } from '@navette/contracts';
import { NavetteError, parseJsonInTurns } from '@navette/kit';
import type { StepContext } from '@navette/node-sdk';
import { readAuthorization } from '../http-request/authorization.ts';
import { createInput } from './create-input.ts';
import { codeErrors } from './errors.ts';
import { normalizeAll, normalizeEach, type ResultContext } from './normalize-result.ts';
import { type CodeParameters, toStepLimits } from './parameters.ts';
import { prelude } from './prelude.ts';
import { pythonAdvice } from './python-advice.ts';
import { pythonPrelude } from './python-prelude.ts';
import { createImportError, readPythonSource, readSource, type SourceFacts } from './read-source.ts';
import { createStepFiles } from './step-files.ts';

type Context = StepContext<CodeParameters>;

/** What the run function of the prelude gives. */
interface CodeOutput {
  value?: unknown;
  links?: (number | null)[] | null;
  values?: unknown[];
  missing?: number[];
}

export async function runCode(ctx: Context): Promise<Item[]> {
  const { allowedHosts, engine, language, limits, policy } = ctx.parameters;
  const { facts, head, parameters, source, ...program } = readProgram(ctx.parameters, ctx.code.modules);
  const input = await createInput(ctx, facts);
  const files = createStepFiles(ctx.artifacts, input.items);
  try {
    const { output } = await ctx.code.run({
      engine: language === 'python' ? 'python' : engine,
      language,
      source,
      parameters,
      prelude: program.prelude,
      input: input.text,
      modules: facts.modules,
      limits: toStepLimits(limits),
      allowedHosts,
      policy,
      credential: async (name) => (name === 'auth' ? readAuthorization(ctx) : undefined),
      functions: facts.mentions('$files') ? files.functions : new Map(),
      onLine: (line, level, notice) => ctx.log(line, level, notice),
    });
    const context = { count: ctx.items.length, isKnownFile: files.isKnown };
    return toItems((await parseJsonInTurns(output)) as CodeOutput, context);
  } catch (error) {
    throw adviseImport(placeError(error, head.length), language, ctx.code.modules);
  }
}

interface Program {
  facts: SourceFacts;
  /** What stands in front of the user's first line. */
  head: string;
  source: string;
  parameters: string[];
  prelude: string;
}

/** What the sandbox is asked about the code before it runs. Throws CODE_IMPORT_UNKNOWN and CODE_IMPORT_FORM. */
export function holdCode(parameters: CodeParameters, modules: readonly string[]): HeldCode {
  const { engine, language } = parameters;
  const { facts, head, source, parameters: names } = readProgram(parameters, modules);
  return {
    engine: language === 'python' ? 'python' : engine,
    language,
    source,
    parameters: names,
    modules: facts.modules,
    place: (error) => adviseImport(placeError(error, head.length), language, modules),
  };
}

function readProgram({ language, source }: CodeParameters, known: readonly string[]): Program {
  if (language === 'python') {
    return { facts: readPythonSource(source), head: '', source, parameters: [], prelude: pythonPrelude };
  }
  const facts = readSource(source, known);
  const { head, text } = wrapScript(facts);
  return { facts, head, source: text, parameters: ['$load', '$run'], prelude };
}

/** Of a module that the engine refused: what to use in its place. */
function adviseImport(
  error: unknown,
  language: CodeParameters['language'],
  known: readonly string[],
): unknown {
  if (!NavetteError.is(error) || error.code !== 'SANDBOX_IMPORT_FORBIDDEN') return error;
  const { column, line } = error.params;
  const module = String(error.params['module']);
  if (language !== 'python') return createImportError({ module, line, column }, known);
  const params = {
    module,
    line,
    column,
    advice: pythonAdvice(module),
    modules: 'those of the standard library',
  };
  return codeErrors.create('CODE_IMPORT_UNKNOWN', { params, cause: error });
}

function toItems({ links, missing, value, values }: CodeOutput, context: ResultContext): Item[] {
  return values
    ? normalizeEach(values, missing ?? [], context)
    : normalizeAll(value, links ?? undefined, context);
}

/** All that we add stands in front of the first line, so that lines stay the user's. */
function wrapScript({ body, mentions, modules }: SourceFacts): { head: string; text: string } {
  const loads = modules.map(
    (name) => `$load(${JSON.stringify(name)}, await import(${JSON.stringify(name)}));`,
  );
  const kind = mentions('await') ? 'async function' : 'function';
  const head = `${loads.join('')}return $run(${kind} () {`;
  return { head, text: `${head}${body}\n})` };
}

/** Errors whose column is that of the text that the engine got. */
const placed = new Set(['SANDBOX_SYNTAX', 'SANDBOX_IMPORT_FORBIDDEN']);
const itemMark = /\[item (\d+)\] /;

/** Columns of the first line without what stands in front; the item named apart from the message. */
function placeError(error: unknown, shift: number): unknown {
  if (!NavetteError.is(error)) return error;
  const { column, detail, line } = error.params as { column?: unknown; detail?: unknown; line?: unknown };
  if (error.code === 'SANDBOX_CODE_THREW' && typeof detail === 'string' && itemMark.test(detail)) {
    const item = Number(itemMark.exec(detail)![1]);
    const params = { item, line: String(line), detail: detail.replace(itemMark, '') };
    return codeErrors.create('CODE_ITEM_FAILED', { params, cause: error });
  }
  if (line !== 1 || typeof column !== 'number' || !placed.has(error.code)) return error;
  const { code, help, kind, message, params, retry, status } = error;
  const moved = Math.max(1, column - shift);
  return new NavetteError(
    code,
    { kind, status, retry, help, message: message.replace(`column ${column}`, `column ${moved}`) },
    { params: { ...params, column: moved }, cause: error },
  );
}
