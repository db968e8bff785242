import {
  type DoubtOutcome,
  doubtOutcomes,
  type ExecutionDetail,
  routes,
  type Step,
} from '@navette/contracts';
import { type Command, jsonOption } from '../command/command.ts';
import { createUsageError } from '../command/parse-command-line.ts';
import { cliErrors } from '../errors.ts';
import { exitCodes } from '../exit-code.ts';
import { formatText, formatTime } from '../output/format.ts';
import { executionArgument } from './executions.ts';
import { readInput } from './read-json.ts';

const words = ['executions', 'resolve'];
const choice = doubtOutcomes.join('|');
const exampleId = 'exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b';

export const executionResolve: Command = {
  words,
  summary: 'Say what became of a step that a crash cut off',
  description: [
    'For steps whose node has a person say whether they took effect. "retry" runs it again with the same key, "done"',
    'takes it as done, "fail" counts it as failed. The first answer counts. Without --as and --items it says what is',
    'asked.',
  ].join('\n'),
  arguments: [
    executionArgument,
    { name: 'STEP', help: 'its path or name; may be left out when only one asks', required: false },
  ],
  options: [
    {
      name: 'as',
      value: choice,
      help: 'of the step, or of all items that --items leaves out',
      completion: doubtOutcomes,
    },
    {
      name: 'items',
      value: 'N=OUTCOME,…',
      help: 'of single items: "0=done,2=fail"; the position counts from 0',
    },
    {
      name: 'output',
      value: 'JSON|@FILE',
      help: 'with done: what it gave, an object or a list of them; what went in when left out',
      completion: 'file',
    },
    { name: 'comment', value: 'TEXT', help: 'kept with the answer' },
    jsonOption,
  ],
  examples: [
    [`navette executions resolve ${exampleId}`, 'What is asked'],
    [`navette executions resolve ${exampleId} charge --as retry`, 'It did not arrive: send it again'],
    [
      `navette executions resolve ${exampleId} charge --as done --output '{"charge": "ch_7"}'`,
      'It did arrive',
    ],
  ],
  async run({ api, terminal, option, flag, signal, arguments: [executionId, name] }) {
    const params = { executionId: executionId! };
    const [as, items, comment] = [option('as'), option('items'), option('comment')];
    const outcome = as === undefined ? undefined : parseOutcome(as, '--as');
    const own = items === undefined ? [] : parseItems(items);
    const output = await readInput(option('output'), terminal.stdin);
    const detail = await api.call(routes.getExecution, { params }, { signal });
    const asking = detail.steps.filter((step) => step.doubt);
    if (outcome === undefined && own.length === 0) {
      if (flag('json')) terminal.printJson(asking);
      else if (asking.length === 0) terminal.note('No step of it asks what became of it.');
      else for (const step of asking) for (const line of describeDoubt(step)) terminal.print(line);
      return exitCodes.ok;
    }
    const step = chooseStep(detail, asking, name);
    const answered = await api.call(routes.resolveStep, {
      params: { ...params, path: step.path },
      body: {
        question: step.doubt!.question,
        items: own,
        ...(outcome === undefined ? {} : { outcome }),
        ...(output === undefined ? {} : { output }),
        ...(comment === undefined ? {} : { comment }),
      },
    });
    if (flag('json')) terminal.printJson(answered);
    else terminal.print(`Answered for ${formatText(step.nodeName)}: ${executionId} goes on`);
    return exitCodes.ok;
  },
};

/** What is asked about a step, for those who look on the other side: with the keys that it was sent. */
export function describeDoubt({ doubt, nodeName, path }: Step): string[] {
  const { askedAt, begunAt, items, keys } = doubt!;
  const which = items === null ? '' : `, items ${items.join(', ')}`;
  const begun = begunAt === null ? '' : `, begun ${formatTime(begunAt)}`;
  return [
    `${formatText(nodeName)} (${path}${which}): a crash cut it off${begun}; asks since ${formatTime(askedAt)} UTC`,
    ...keys.map((key, index) => `  key ${key}${items === null ? '' : `  item ${items[index]}`}`),
  ];
}

function chooseStep(detail: ExecutionDetail, asking: readonly Step[], name: string | undefined): Step {
  const named = name === undefined ? asking : asking.filter((step) => step.path === name);
  const found = named.length > 0 ? named : asking.filter((step) => step.nodeName === name);
  if (found.length === 1) return found[0]!;
  if (asking.length > 0 && (name === undefined || found.length > 1)) {
    const paths = asking.map(({ path }) => path).join(', ');
    throw createUsageError(words, `several steps ask; say which one: ${paths}`);
  }
  const hint =
    asking.length === 0
      ? `No step of ${detail.id} asks what became of it.`
      : `These ask: ${asking.map(({ path }) => path).join(', ')}.`;
  throw cliErrors.create('CLI_NOT_FOUND', { params: { what: 'step in doubt', name: name ?? '', hint } });
}

function parseOutcome(text: string, where: string): DoubtOutcome {
  const outcome = doubtOutcomes.find((one) => one === text);
  if (outcome) return outcome;
  throw createUsageError(words, `${where} is one of ${doubtOutcomes.join(', ')}, not "${text}"`);
}

function parseItems(text: string): { item: number; outcome: DoubtOutcome }[] {
  return text.split(',').map((part) => {
    const [, item, outcome] = /^\s*(\d{1,6})=(\w+)\s*$/.exec(part) ?? [];
    if (item === undefined || outcome === undefined)
      throw createUsageError(words, `--items is a list such as "0=done,2=fail", not "${text}"`);
    return { item: Number(item), outcome: parseOutcome(outcome, `the outcome of item ${item}`) };
  });
}
