import { type RouteOutput, routes } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { ApiProblem } from '../api/api-problem.ts';
import { type Command, jsonOption } from '../command/command.ts';
import { cliErrors } from '../errors.ts';
import { exitCodes } from '../exit-code.ts';
import { formatText } from '../output/format.ts';
import { type Column, renderTable } from '../output/table.ts';

type Template = RouteOutput<typeof routes.listTemplates>['items'][number];

const columns: readonly Column<Template>[] = [
  { title: 'NAME', value: (template) => template.name },
  { title: 'NODES', value: (template) => String(template.nodeCount) },
  { title: 'WHAT IT DOES', value: (template) => template.description.en, flexible: true },
];

const list: Command = {
  words: ['templates', 'list'],
  summary: 'List the workflows that ship with Navette',
  options: [jsonOption],
  examples: [['navette templates list', 'What there is to start with']],
  async run({ api, terminal, flag, signal }) {
    const { items } = await api.call(routes.listTemplates, {}, { signal });
    if (flag('json')) terminal.printJson({ items });
    else for (const line of renderTable(columns, items, terminal)) terminal.print(line);
    return exitCodes.ok;
  },
};

const install: Command = {
  words: ['templates', 'install'],
  summary: 'Create a workflow from a template',
  arguments: [{ name: 'NAME', help: 'a template, by its name', required: true }],
  options: [jsonOption],
  examples: [['navette templates install weather-report', 'Get a workflow that runs on real data']],
  async run({ api, terminal, flag, arguments: [name] }) {
    const workflow = await api
      .call(routes.installTemplate, { params: { name: name! } }, { idempotencyKey: createUuid() })
      .catch((thrown: unknown) => {
        const unknown = thrown instanceof ApiProblem && (thrown.status === 404 || thrown.status === 400);
        if (!unknown) throw thrown;
        const hint = '`navette templates list` shows what there is.';
        throw cliErrors.create('CLI_NOT_FOUND', {
          params: { what: 'template', name: name!, hint },
          cause: thrown,
        });
      });
    if (flag('json')) {
      terminal.printJson(workflow);
    } else {
      terminal.print(`Created ${workflow.id} (${formatText(workflow.name)})`);
      terminal.print(
        terminal.style.dim(`  navette run ${JSON.stringify(formatText(workflow.name))} --watch`),
      );
    }
    return exitCodes.ok;
  },
};

export const templateCommands: readonly Command[] = [list, install];
