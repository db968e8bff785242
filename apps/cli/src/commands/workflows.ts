import { routes, type WorkflowSummary } from '@navette/contracts';
import { findWorkflow } from '../api/find-workflow.ts';
import { listPages } from '../api/list-pages.ts';
import { type Command, jsonOption } from '../command/command.ts';
import { exitCodes } from '../exit-code.ts';
import { formatText, formatTime } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { type Column, renderTable } from '../output/table.ts';
import { writeOutput } from '../output/write-output.ts';
import { type Imported, importWorkflow } from './import-workflow.ts';
import { limitOption, parseLimit } from './limit-option.ts';
import { readWorkflowFile } from './read-json.ts';

const nameArgument = { name: 'NAME|ID', help: 'a workflow, by its name or its id', required: true };

const columns: readonly Column<WorkflowSummary>[] = [
  { title: 'ID', value: (workflow) => workflow.id },
  { title: 'NAME', value: (workflow) => workflow.name, flexible: true },
  { title: 'PUBLISHED', value: (workflow) => (workflow.published ? 'yes' : 'no') },
  { title: 'NODES', value: (workflow) => String(workflow.nodeCount) },
  { title: 'TRIGGERS', value: (workflow) => workflow.triggers.join(', ') },
  { title: 'CHANGED (UTC)', value: (workflow) => formatTime(workflow.updatedAt) },
];

const list: Command = {
  words: ['workflows', 'list'],
  summary: 'List workflows, last changed first',
  options: [
    { name: 'search', value: 'TEXT', help: 'only those with the text in their name' },
    limitOption,
    jsonOption,
  ],
  examples: [
    ['navette workflows list', 'What there is'],
    ['navette workflows list --search report --json', 'The same for a script'],
  ],
  async run({ api, terminal, signal, option, flag }) {
    const search = option('search');
    const limit = parseLimit(['workflows', 'list'], option('limit'));
    const page = await listPages<WorkflowSummary>(limit, (query) =>
      api.call(
        routes.listWorkflows,
        { query: { ...query, ...(search === undefined ? {} : { search }) } },
        { signal },
      ),
    );
    if (flag('json')) terminal.printJson(page);
    else if (page.items.length === 0)
      terminal.note('There are no workflows. `navette templates list` shows some to start with.');
    else for (const line of renderTable(columns, page.items, terminal)) terminal.print(line);
    return exitCodes.ok;
  },
};

const importFile: Command = {
  words: ['workflows', 'import'],
  summary: 'Create a workflow from a file, or update the draft of the one with its name',
  arguments: [
    {
      name: 'FILE',
      help: 'a workflow file or a coded workflow (.ts, .js); - reads a workflow file from standard input',
      required: true,
      completion: 'file',
    },
  ],
  options: [jsonOption],
  examples: [
    ['navette workflows import ./report.json', 'Bring a workflow to the server'],
    ['navette workflows import ./order-intake.ts', 'A coded workflow, named after its file'],
    ['curl -s https://example.com/report.json | navette workflows import -', 'From another program'],
  ],
  async run({ api, terminal, flag, arguments: [path] }) {
    const { workflow, outcome } = await importWorkflow(api, await readWorkflowFile(path!, terminal.stdin));
    if (flag('json')) terminal.printJson({ outcome, workflow });
    else {
      terminal.print(`${capitalize(outcome)} ${workflow.id} (${formatText(workflow.name)})`);
      for (const line of describeCodeIssues(workflow, terminal.style)) terminal.note(line);
    }
    return exitCodes.ok;
  },
};

const exportFile: Command = {
  words: ['workflows', 'export'],
  summary: 'Write a workflow as a file, without secrets',
  arguments: [nameArgument],
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      help: 'where to write (default: standard output)',
      completion: 'file',
    },
    { name: 'published', help: 'the published version in place of the draft' },
  ],
  examples: [['navette workflows export "Monthly weather report" -o report.json', 'Keep a workflow in git']],
  async run({ api, terminal, option, flag, arguments: [name] }) {
    const { id } = await findWorkflow(api, name!);
    const file = await api.call(routes.exportWorkflow, {
      params: { workflowId: id },
      query: { target: flag('published') ? 'published' : 'draft' },
    });
    await writeOutput(`${JSON.stringify(file, undefined, 2)}\n`, option('output'), terminal);
    return exitCodes.ok;
  },
};

const publish: Command = {
  words: ['workflows', 'publish'],
  summary: 'Make the draft live: its webhooks and schedules start',
  arguments: [nameArgument],
  options: [jsonOption],
  examples: [['navette workflows publish "Order intake"', 'Publish the draft']],
  async run({ api, terminal, flag, arguments: [name] }) {
    const { id } = await findWorkflow(api, name!);
    const workflow = await api.call(routes.publishWorkflow, { params: { workflowId: id }, body: {} });
    if (flag('json')) terminal.printJson(workflow);
    else terminal.print(`Published ${workflow.id} (${formatText(workflow.name)})`);
    return exitCodes.ok;
  },
};

const unpublish: Command = {
  words: ['workflows', 'unpublish'],
  summary: 'Stop the webhooks and schedules of a workflow; running executions go on',
  arguments: [nameArgument],
  options: [jsonOption],
  examples: [['navette workflows unpublish "Order intake"', 'Take a workflow off']],
  async run({ api, terminal, flag, arguments: [name] }) {
    const { id } = await findWorkflow(api, name!);
    const workflow = await api.call(routes.unpublishWorkflow, { params: { workflowId: id } });
    if (flag('json')) terminal.printJson(workflow);
    else terminal.print(`Unpublished ${workflow.id} (${formatText(workflow.name)})`);
    return exitCodes.ok;
  },
};

export const workflowCommands: readonly Command[] = [list, importFile, exportFile, publish, unpublish];

/** What is wrong with the code of nodes: the draft is saved all the same. */
function describeCodeIssues({ codeIssues = [], definition }: Imported['workflow'], style: Style): string[] {
  const names = new Map(definition.nodes.map(({ id, name }) => [id, name]));
  return codeIssues.map(({ column, help, line, message, nodeId, severity }) => {
    const place = [line, column].filter((one) => one !== undefined).join(':');
    const mark = severity === 'error' ? style.red('error') : style.yellow('warning');
    const words = formatText(help ? `${message}. ${help}` : message);
    return `${mark}  ${style.bold(formatText(names.get(nodeId) ?? nodeId))} ${place}  ${words}`;
  });
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
