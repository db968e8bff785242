import type { ErrorSpec } from '../../packages/kit/src/index.ts';
import type { ErrorEntry } from './list-error-tables.ts';
import { notice, renderTable } from './markdown.ts';

/** Who declares them, in words for people. */
const areas: readonly (readonly [workspace: string, title: string])[] = [
  ['packages/engine', 'Workflows and executions'],
  ['packages/nodes', 'Nodes'],
  ['packages/contracts', 'Any node'],
  ['packages/expression', 'Expressions'],
  ['packages/http', 'Requests that workflows make'],
  ['packages/sandbox', 'Code that people and models write'],
  ['apps/server', 'API and server'],
  ['packages/store', 'Database, files and secrets'],
  ['apps/cli', 'Command line'],
  ['packages/kit', 'Defects'],
];

const kinds: Record<ErrorSpec['kind'], string> = {
  user: 'yours to mend',
  operational: 'the world failed',
  bug: 'a defect',
};

/** docs/reference/errors.md */
export function renderErrors(entries: readonly ErrorEntry[]): string {
  const titles = new Map(areas);
  const others = [...new Set(entries.map((entry) => entry.workspace))].filter((one) => !titles.has(one));
  const sections = [...areas, ...others.map((workspace) => [workspace, workspace] as const)];
  return `${[
    notice,
    '',
    '# Errors',
    '',
    'Every failure has a code that does not change: in answers of the API (problem documents, RFC 9457), on steps and',
    'executions, and in what the command line prints. The message says what happened, the help what to do. Words in',
    'braces are filled in.',
    '',
    '- **Whose**: *yours to mend* (a definition, an input, a setting), *the world failed* (network, disk, another',
    '  service), or *a defect* of Navette or of a node type.',
    '- **Again**: whether a retry setting of a node tries again by itself; `retryOn` can choose other codes.',
    '- **Status**: of the HTTP answer, where the error is one.',
    ...sections.flatMap(([workspace, title]) => renderArea(title, entries, workspace)),
  ].join('\n')}\n`;
}

function renderArea(title: string, entries: readonly ErrorEntry[], workspace: string): string[] {
  const own = entries.filter((entry) => entry.workspace === workspace);
  if (own.length === 0) return [];
  const rows = own.map(({ code, spec }) => [
    `<a id="${code}"></a>\`${code}\``,
    String(spec.status),
    kinds[spec.kind],
    describeRetry(spec.retry),
    `${escapeText(spec.message)}\n*${escapeText(spec.help)}*`,
  ]);
  return [
    '',
    `## ${title}`,
    '',
    ...renderTable(['Code', 'Status', 'Whose', 'Again', 'What happened, what to do'], rows),
  ];
}

function describeRetry(retry: ErrorSpec['retry']): string {
  if (retry === 'never') return 'no';
  return retry === 'default' ? 'yes' : `yes, after ${retry.afterMs / 1_000} s`;
}

function escapeText(text: string): string {
  return text.replace(/[<>*]/g, (character) => `\\${character}`);
}
