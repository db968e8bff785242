import { type ExecutionSummary, routes } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { findWorkflow } from '../api/find-workflow.ts';
import { listPages } from '../api/list-pages.ts';
import { type Command, jsonOption } from '../command/command.ts';
import { exitCodes } from '../exit-code.ts';
import { formatDuration, formatTime } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { type Column, renderTable } from '../output/table.ts';
import { paintStatus } from '../progress/describe-record.ts';
import { watchExecution } from '../progress/watch-execution.ts';
import { limitOption, parseLimit } from './limit-option.ts';
import { showStarted } from './run.ts';

export const executionArgument = { name: 'ID', help: 'the id of an execution (exe_…)', required: true };

const statuses = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;

function createColumns(style: Style): readonly Column<ExecutionSummary>[] {
  return [
    { title: 'ID', value: (one) => one.id },
    { title: 'WORKFLOW', value: (one) => one.workflowName, flexible: true },
    {
      title: 'STATUS',
      value: (one) => one.status,
      paint: (text, one) => paintStatus(one.status, style, text),
    },
    { title: 'MODE', value: (one) => one.mode },
    { title: 'CREATED (UTC)', value: (one) => formatTime(one.createdAt) },
    { title: 'TOOK', value: describeDuration },
  ];
}

function describeDuration({ startedAt, finishedAt }: ExecutionSummary): string {
  if (startedAt === null || finishedAt === null) return '';
  return formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}

export const executionList: Command = {
  words: ['executions', 'list'],
  summary: 'List executions, newest first',
  options: [
    {
      name: 'status',
      short: 's',
      value: 'STATUS,…',
      help: `only these: ${statuses.join(', ')}`,
      completion: statuses,
    },
    { name: 'workflow', value: 'NAME|ID', help: 'only those of this workflow' },
    limitOption,
    jsonOption,
  ],
  examples: [
    ['navette executions list --status running,waiting', 'What is going on'],
    ['navette executions list --status failed --workflow Orders --json', 'What went wrong, for a script'],
  ],
  async run({ api, terminal, option, flag, signal }) {
    const limit = parseLimit(['executions', 'list'], option('limit'));
    const [status, workflow] = [option('status'), option('workflow')];
    const workflowId = workflow === undefined ? undefined : (await findWorkflow(api, workflow)).id;
    const filters = {
      ...(status === undefined ? {} : { status }),
      ...(workflowId === undefined ? {} : { workflowId }),
    };
    const page = await listPages<ExecutionSummary>(limit, (query) =>
      api.call(routes.listExecutions, { query: { ...query, ...filters } }, { signal }),
    );
    if (flag('json')) terminal.printJson(page);
    else if (page.items.length === 0) terminal.note('There are no such executions.');
    else
      for (const line of renderTable(createColumns(terminal.style), page.items, terminal))
        terminal.print(line);
    return exitCodes.ok;
  },
};

export const executionLogs: Command = {
  words: ['executions', 'logs'],
  summary: 'Print what happened in an execution, a line for each event',
  description: [
    'With --follow it goes on until the execution has ended, also over a restart of the server; the exit code is then',
    '0 when it succeeded and 1 when it did not.',
  ].join('\n'),
  arguments: [executionArgument],
  options: [{ name: 'follow', short: 'f', help: 'wait for more until the end' }, jsonOption],
  examples: [
    ['navette executions logs exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b -f', 'Watch a running execution'],
  ],
  async run(context) {
    const [executionId] = context.arguments as [string];
    const view = context.flag('json') ? ('json' as const) : ('plain' as const);
    if (context.flag('follow')) return watchExecution(context, { executionId, view });
    const { api, signal } = context;
    const { lastEventId } = await api.call(routes.getExecution, { params: { executionId } }, { signal });
    return watchExecution(context, { executionId, view, until: lastEventId });
  },
};

export const executionCancel: Command = {
  words: ['executions', 'cancel'],
  summary: 'Stop an execution and those that it started',
  arguments: [executionArgument],
  options: [jsonOption],
  examples: [['navette executions cancel exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b', 'Stop an execution']],
  async run({ api, terminal, flag, arguments: [executionId] }) {
    const execution = await api.call(routes.cancelExecution, { params: { executionId: executionId! } });
    if (flag('json')) terminal.printJson(execution);
    else if (execution.status === 'cancelled') terminal.print(`Cancelled ${execution.id}`);
    else terminal.print(`Cancelling ${execution.id}: it ends within 5 seconds`);
    return exitCodes.ok;
  },
};

export const executionRetry: Command = {
  words: ['executions', 'retry'],
  summary: 'Run a failed or cancelled execution again from where it stopped',
  description:
    'It becomes a new execution of the same version, which keeps the finished steps of the old one.',
  arguments: [executionArgument],
  options: [{ name: 'watch', short: 'w', help: 'show the steps as they happen, until the end' }, jsonOption],
  examples: [
    ['navette executions retry exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --watch', 'Try again and watch'],
  ],
  async run(context) {
    const { api, signal } = context;
    const [executionId] = context.arguments as [string];
    const started = await api.call(
      routes.retryExecution,
      { params: { executionId } },
      { signal, idempotencyKey: createUuid() },
    );
    return showStarted(context, started.executionId, `retry of ${executionId}`);
  },
};
