import { resolve } from 'node:path';
import { type PolicyFileView, type PolicyInForce, type RouteOutput, routes } from '@navette/contracts';
import { type Command, jsonOption } from '../command/command.ts';
import { cliErrors } from '../errors.ts';
import { exitCodes } from '../exit-code.ts';
import { formatText } from '../output/format.ts';
import { type Column, renderTable } from '../output/table.ts';
import { runServerProgram } from './server-program.ts';

type Policies = RouteOutput<typeof routes.listPolicies>;

const states = {
  'in-force': 'in force',
  kept: 'kept: what it said before',
  broken: 'broken: its code is refused',
} as const;

const columns: readonly Column<PolicyFileView>[] = [
  { title: 'NAME', value: nameOf },
  { title: 'FILE', value: ({ file }) => file },
  { title: 'STATE', value: ({ state }) => states[state] },
  { title: 'DESCRIPTION', value: ({ description }) => formatText(description), flexible: true },
];

const list: Command = {
  words: ['policies', 'list'],
  summary: 'List the policy files of code that concern the project',
  description: 'Policies are files of the server; docs/guide/policies.md says what they can hold.',
  options: [jsonOption],
  examples: [['navette policies list', 'Which policies there are, and whether they can be used']],
  async run({ api, terminal, flag, signal }) {
    const answer = await api.call(routes.listPolicies, {}, { signal });
    if (flag('json')) {
      terminal.printJson({ items: answer.items, folderProblem: answer.folderProblem });
      return exitCodes.ok;
    }
    if (answer.items.length === 0) terminal.print('No policy files: the policy that is shipped holds.');
    else for (const line of renderTable(columns, answer.items, terminal)) terminal.print(line);
    for (const line of describeProblems(answer)) terminal.print(line);
    return exitCodes.ok;
  },
};

const show: Command = {
  words: ['policies', 'show'],
  summary: 'Show what holds for the code of the project, or what one policy says',
  arguments: [
    {
      name: 'NAME',
      help: 'a named policy, or "default" (default: what holds for the project)',
      required: false,
    },
  ],
  options: [jsonOption],
  examples: [
    ['navette policies show', 'Every limit, where it comes from and how far it can be raised'],
    ['navette policies show night-runs', 'What that policy says'],
  ],
  async run({ api, terminal, flag, signal, arguments: [name] }) {
    const answer = await api.call(routes.listPolicies, {}, { signal });
    const one = name === undefined ? undefined : findPolicy(answer, name);
    if (flag('json')) terminal.printJson(one ?? { project: answer.project });
    else for (const line of one ? describeFile(one) : describeProject(answer)) terminal.print(line);
    return exitCodes.ok;
  },
};

const check: Command = {
  words: ['policies', 'check'],
  summary: 'Check policy files before they are put into place; needs no server',
  arguments: [
    {
      name: 'FOLDER',
      help: 'a folder of policy files (default: that of the configuration)',
      required: false,
    },
  ],
  local: true,
  examples: [['navette policies check ./policies', 'In a review, or before a deployment']],
  async run({ env, arguments: [folder] }) {
    const args = folder === undefined ? [] : [resolve(folder)];
    const code = await runServerProgram(['check-policies', ...args], env);
    return code === 0 ? exitCodes.ok : exitCodes.failed;
  },
};

export const policyCommands: readonly Command[] = [list, show, check];

function nameOf({ kind, name }: PolicyFileView): string {
  return name ?? (kind === 'project' ? '(this project)' : 'default');
}

function findPolicy({ items }: Policies, name: string): PolicyFileView {
  const found = items.find((item) => item.name === name || (item.kind === 'default' && name === 'default'));
  if (found) return found;
  const hint = '`navette policies list` shows what there is.';
  throw cliErrors.create('CLI_NOT_FOUND', { params: { what: 'policy', name, hint } });
}

function describeFile(item: PolicyFileView): string[] {
  const content = item.content === null ? [] : JSON.stringify(item.content, undefined, 2).split('\n');
  return [
    `${item.file} (${states[item.state]})`,
    ...content,
    ...item.problems.map((one) => describeProblem(item.file, one)),
  ];
}

function describeProject(answer: Policies): string[] {
  const { project, projectId } = answer;
  if (!project)
    return ['A policy file is broken, so no code of this project is run.', ...describeProblems(answer)];
  return [
    `Project ${projectId}: its own file is projects/${projectId}.json`,
    '',
    ...renderLimits(project),
    '',
    `Hosts that steps may name: ${project.allowedHosts.join(', ') || 'none'}`,
    `Node types that programs may call: ${project.allowedNodeTypes.join(', ') || 'none'}`,
    ...describeProblems(answer),
  ];
}

function renderLimits({ limits }: PolicyInForce): string[] {
  const width = Math.max(...Object.keys(limits).map((name) => name.length));
  return Object.entries(limits).map(
    ([name, { most, mostPlace, place, value }]) =>
      `${name.padEnd(width)}  ${String(value).padStart(10)}  ${place}${place === mostPlace ? '' : `; up to ${most}: ${mostPlace}`}`,
  );
}

function describeProblems({ folderProblem, items }: Policies): string[] {
  const lines = items.flatMap(({ file, problems }) =>
    problems.map((problem) => describeProblem(file, problem)),
  );
  return folderProblem === null
    ? lines
    : [`✗ ${formatText(folderProblem)}; what was read before holds`, ...lines];
}

function describeProblem(file: string, { field, help, message }: PolicyFileView['problems'][number]): string {
  return formatText(`✗ ${file}${field === '' ? '' : `, ${field}`}: ${message}. ${help}`);
}
