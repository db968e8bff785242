import { routes } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { type Command, jsonOption, type OptionSpec } from '../command/command.ts';
import { createUsageError } from '../command/parse-command-line.ts';
import { executionArgument } from './executions.ts';
import { readInput } from './read-json.ts';
import { showStarted } from './run.ts';

const versions = ['same', 'draft', 'published'] as const;
type Version = (typeof versions)[number];
const exampleId = 'exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b';

const versionOption: OptionSpec = {
  name: 'version',
  value: 'same|draft|published',
  help: 'which version to run (default: same)',
  completion: versions,
};
const watchOption: OptionSpec = {
  name: 'watch',
  short: 'w',
  help: 'show the steps as they happen, until the end',
};

export const executionRerun: Command = {
  words: ['executions', 'rerun'],
  summary: 'Run an execution that has ended again from one of its steps',
  description: [
    'It becomes a new execution. Steps that do not build on STEP are reused; STEP and what follows run again, as new',
    'effects. `executions show` lists the paths of the steps; "each#3/charge" is a step in pass 3 of the loop "each".',
  ].join('\n'),
  arguments: [executionArgument],
  options: [
    { name: 'from', short: 'f', value: 'STEP', help: 'the path of the step to start with (needed)' },
    {
      name: 'input',
      short: 'i',
      value: 'JSON|@FILE',
      help: 'what the step gets in place of what it got: an object or a list of objects',
    },
    versionOption,
    watchOption,
    jsonOption,
  ],
  examples: [
    [`navette executions rerun ${exampleId} --from send --watch`, 'Do the last step once more'],
    [
      `navette executions rerun ${exampleId} --from send --input @mail.json --version draft`,
      'With another input, in the draft',
    ],
  ],
  async run(context) {
    const from = context.option('from');
    if (from === undefined) {
      throw createUsageError(['executions', 'rerun'], '--from STEP says which step to start with');
    }
    const version = parseVersion(['executions', 'rerun'], context.option('version'));
    const input = await readInput(context.option('input'), context.terminal.stdin);
    const [executionId] = context.arguments as [string];
    const { api, signal } = context;
    const body = { from, version, ...(input === undefined ? {} : { input }) };
    const started = await api.call(
      routes.rerunExecution,
      { params: { executionId }, body },
      { signal, idempotencyKey: createUuid() },
    );
    return showStarted(context, started.executionId, `rerun of ${executionId}`);
  },
};

export const executionFork: Command = {
  words: ['executions', 'fork'],
  summary: 'Go on from any point of an execution that has ended, as a new execution',
  description: [
    'Everything that was done at that point is reused, the rest runs, as new effects. Without --after and --at the point',
    'is the end.',
  ].join('\n'),
  arguments: [executionArgument],
  options: [
    { name: 'after', value: 'STEP', help: 'the point at which this step was complete' },
    { name: 'at', value: 'EVENT', help: 'the point after this event of `executions logs --json`: "12.3"' },
    versionOption,
    watchOption,
    jsonOption,
  ],
  examples: [
    [`navette executions fork ${exampleId} --after fetch --version draft`, 'Try the rest of the draft'],
  ],
  async run(context) {
    const version = parseVersion(['executions', 'fork'], context.option('version'));
    const [executionId] = context.arguments as [string];
    const [after, at] = [context.option('after'), context.option('at')];
    const body = { version, ...(after === undefined ? {} : { after }), ...(at === undefined ? {} : { at }) };
    const { api, signal } = context;
    const started = await api.call(
      routes.forkExecution,
      { params: { executionId }, body },
      { signal, idempotencyKey: createUuid() },
    );
    return showStarted(context, started.executionId, `fork of ${executionId}`);
  },
};

function parseVersion(words: readonly string[], text: string | undefined): Version {
  if (text === undefined) return 'same';
  const version = versions.find((one) => one === text);
  if (version) return version;
  throw createUsageError(words, `--version is same, draft or published, not "${text}"`);
}
