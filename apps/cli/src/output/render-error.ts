import { NavetteError } from '@navette/kit';
import { ApiProblem } from '../api/api-problem.ts';
import { formatLines, formatText } from './format.ts';
import type { Style } from './style.ts';

/** What went wrong, where, and what to do, as lines for a person. */
export interface ErrorView {
  code: string;
  message: string;
  help?: string | undefined;
  issues?: readonly { path: string; message: string }[] | undefined;
}

const mostIssues = 20;

export function renderError(error: ErrorView, style: Style): string[] {
  const [first = '', ...rest] = formatLines(error.message);
  const lines = [`${style.red('error')} ${first} ${style.dim(`(${error.code})`)}`, ...rest.map(indent)];
  const issues = error.issues ?? [];
  for (const issue of issues.slice(0, mostIssues)) {
    lines.push(`  ${style.yellow(formatText(issue.path || '/'))}  ${formatText(issue.message)}`);
  }
  if (issues.length > mostIssues) lines.push(`  and ${issues.length - mostIssues} more`);
  if (error.help) lines.push(...formatLines(error.help).map(indent));
  return lines;
}

/** The view of whatever was thrown; undefined for a defect of the command, which keeps its stack. */
export function toErrorView(thrown: unknown): ErrorView | undefined {
  if (thrown instanceof ApiProblem) return thrown;
  return NavetteError.is(thrown) ? thrown : undefined;
}

function indent(line: string): string {
  return `  ${line}`;
}
