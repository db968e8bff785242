import { type Artifact, type ExecutionDetail, routes, type Step } from '@navette/contracts';
import { type Command, type CommandContext, jsonOption } from '../command/command.ts';
import { cliErrors } from '../errors.ts';
import { exitCodes } from '../exit-code.ts';
import { formatDuration, formatSize, formatText, formatTime } from '../output/format.ts';
import { renderError } from '../output/render-error.ts';
import type { Style } from '../output/style.ts';
import { type Column, renderTable } from '../output/table.ts';
import { paintStatus } from '../progress/describe-record.ts';
import { describeDoubt } from './execution-resolve.ts';
import { executionArgument } from './executions.ts';

export const executionShow: Command = {
  words: ['executions', 'show'],
  summary: 'Show an execution: its state, its steps, its error and its files',
  arguments: [executionArgument],
  options: [
    { name: 'step', value: 'NAME', help: 'the input and output of one step, as JSON, by its name or path' },
    jsonOption,
  ],
  examples: [
    ['navette executions show exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b', 'How it stands'],
    [
      'navette executions show exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --step "Read the table"',
      'What went in and came out',
    ],
  ],
  async run(context) {
    const { api, terminal, signal, option, flag } = context;
    const [executionId] = context.arguments as [string];
    const detail = await api.call(routes.getExecution, { params: { executionId } }, { signal });
    const step = option('step');
    if (step !== undefined) return showStep(context, detail, step);
    if (flag('json')) {
      terminal.printJson(detail);
      return exitCodes.ok;
    }
    const files = await api.call(
      routes.listExecutionArtifacts,
      { params: { executionId }, query: { limit: 200 } },
      { signal },
    );
    for (const line of renderExecution(detail, files.items, terminal)) terminal.print(line);
    return exitCodes.ok;
  },
};

async function showStep(context: CommandContext, detail: ExecutionDetail, nameOrPath: string) {
  const { api, terminal, signal } = context;
  const step =
    detail.steps.find((one) => one.path === nameOrPath) ??
    detail.steps.find((one) => one.nodeName === nameOrPath);
  if (!step) {
    const hint = `It has ${detail.steps.map((one) => `"${one.nodeName}"`).join(', ')}.`;
    throw cliErrors.create('CLI_NOT_FOUND', { params: { what: 'step', name: nameOrPath, hint } });
  }
  const params = { executionId: detail.id, path: step.path };
  terminal.printJson(await api.call(routes.getStepData, { params }, { signal }));
  return exitCodes.ok;
}

function createStepColumns(style: Style): readonly Column<Step>[] {
  return [
    { title: 'STEP', value: (step) => step.nodeName, flexible: true },
    { title: 'STATUS', value: describeStatus, paint: (text, step) => paintStatus(step.status, style, text) },
    { title: 'ATTEMPTS', value: (step) => (step.attempts > 0 ? String(step.attempts) : '') },
    { title: 'ITEMS', value: describeCounts },
    { title: 'TOOK', value: describeDuration },
  ];
}

const fileColumns: readonly Column<Artifact>[] = [
  { title: 'FILE', value: (file) => file.fileName, flexible: true },
  { title: 'TYPE', value: (file) => file.mediaType },
  { title: 'SIZE', value: (file) => formatSize(file.sizeBytes) },
  { title: 'ID', value: (file) => file.id },
];

function renderExecution(
  detail: ExecutionDetail,
  files: readonly Artifact[],
  layout: { style: Style; columns: number | undefined },
): string[] {
  const { style } = layout;
  const lines = [
    `${style.bold(formatText(detail.workflowName))}  ${style.dim(detail.id)}`,
    `${paintStatus(detail.status, style)}${detail.reason ? `: ${formatText(detail.reason)}` : ''}`,
    describeTimes(detail),
    '',
    ...renderTable(createStepColumns(style), detail.steps, layout),
  ];
  const asking = detail.steps.filter((step) => step.doubt);
  if (asking.length > 0) {
    lines.push('', ...asking.flatMap(describeDoubt).map((line) => style.yellow(line)));
    lines.push(style.dim(`Answer with: navette executions resolve ${detail.id} STEP --as retry|done|fail`));
  }
  if (files.length > 0) lines.push('', ...renderTable(fileColumns, files, layout));
  if (detail.error) {
    const { error } = detail;
    const where = error.nodeName === undefined ? '' : `${error.nodeName}: `;
    lines.push('', ...renderError({ ...error, message: where + error.message }, style));
  }
  return lines;
}

function describeTimes(detail: ExecutionDetail): string {
  const parts = [`${detail.mode}, created ${formatTime(detail.createdAt)} UTC`];
  if (detail.startedAt !== null && detail.finishedAt !== null) {
    parts.push(`took ${formatDuration(Date.parse(detail.finishedAt) - Date.parse(detail.startedAt))}`);
  }
  if (detail.recoveries > 0) parts.push(`recovered ${detail.recoveries}×`);
  if (detail.retryOf !== null) parts.push(`retry of ${detail.retryOf}`);
  if (detail.parentId !== null) parts.push(`called by ${detail.parentId}`);
  return parts.join(' · ');
}

function describeStatus(step: Step): string {
  return step.reused ? `${step.status} (kept)` : step.status;
}

function describeCounts({ outputCounts }: Step): string {
  const counts = Object.entries(outputCounts);
  if (counts.length === 1) return String(counts[0]![1]);
  return counts.map(([port, count]) => `${port} ${count}`).join(', ');
}

function describeDuration({ startedAt, finishedAt }: Step): string {
  if (startedAt === null || finishedAt === null) return '';
  return formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}
