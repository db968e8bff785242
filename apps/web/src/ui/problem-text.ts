import { isProblem } from '../api/api-problem.ts';
import { type ErrorWords, fillHoles, readHoles } from '../i18n/error-words.ts';
import { type I18n, useI18n } from '../i18n/i18n.tsx';

export interface ProblemText {
  title: string;
  /** What to do. */
  help: string | undefined;
  /** The server's own words, where the title is a general translation. */
  detail: string | undefined;
  code: string | undefined;
  issues: readonly Issue[];
}

interface Issue {
  path: string;
  message: string;
  /** Of a workflow: the node that it is about. */
  nodeId?: string | undefined;
}

interface CodedError {
  code: string;
  message: string;
  help?: string | undefined;
  issues?: readonly Issue[] | undefined;
}

/** An error in the reader's language: translated when its code is known, in the server's words otherwise. */
export function toProblemText(error: CodedError, i18n: Pick<I18n, 't' | 'errorWords'>): ProblemText {
  const base = { code: error.code, issues: error.issues ?? [] };
  if (error.code === 'NETWORK_UNREACHABLE') {
    return {
      ...base,
      title: i18n.t('problem.network'),
      help: i18n.t('problem.networkHelp'),
      detail: undefined,
    };
  }
  const words = i18n.errorWords(error.code);
  if (words) return { ...base, ...translate(words, error) };
  return { ...base, title: error.message, help: error.help, detail: undefined };
}

function translate(words: ErrorWords, { help: advised, message: said }: CodedError) {
  const help = translateHelp(words, advised);
  const { from, message, say } = words;
  if (message === undefined) return { title: said, help, detail: undefined };
  if (from === undefined) return { title: message, help, detail: said };
  const parts = readHoles(from, said);
  return { title: parts ? fillHoles(message, parts, say) : said, help, detail: undefined };
}

/** Help with holes is the server's own where it is of another form, as an older server may have written it. */
function translateHelp({ help, helpFrom, say }: ErrorWords, advised: string | undefined) {
  if (help === undefined || helpFrom === undefined) return help;
  const parts = readHoles(helpFrom, advised ?? '');
  return parts ? fillHoles(help, parts, say) : advised;
}

/** Words for whatever was thrown; a failure of ours says so instead of showing a stack. */
export function useProblemText(): (error: unknown) => ProblemText {
  const i18n = useI18n();
  return (error) => {
    if (isProblem(error)) return toProblemText(error, i18n);
    return {
      title: i18n.t('problem.unexpected'),
      help: i18n.t('problem.unexpectedHelp'),
      detail: error instanceof Error ? error.message : String(error),
      code: undefined,
      issues: [],
    };
  };
}
