import { formatCount, formatLines } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import type { ProgramIssue } from './check-program.ts';

const mostIssues = 20;

/** "order.ts:3:14  …" for each mistake, as editors and terminals link to it; then how many there are. */
export function renderIssues(path: string, issues: readonly ProgramIssue[], style: Style): string[] {
  const shown = issues.slice(0, mostIssues).flatMap(({ code, column, line, message }) => {
    const [first = '', ...rest] = formatLines(message);
    const place = style.bold(`${path}:${line}:${column}`);
    return [`${place}  ${first} ${style.dim(`(${code})`)}`, ...rest.map((text) => `    ${text.trim()}`)];
  });
  const hidden = issues.length - mostIssues;
  if (hidden > 0) shown.push(`and ${hidden} more`);
  return [...shown, style.red(formatCount(issues.length, 'mistake'))];
}
