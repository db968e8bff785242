import { routes } from '@navette/contracts';
import { createUuid } from '@navette/kit';
import { type Command, jsonOption } from '../command/command.ts';
import { exitCodes } from '../exit-code.ts';
import { executionArgument } from './executions.ts';
import { readInput } from './read-json.ts';

export const executionSignal: Command = {
  words: ['executions', 'signal'],
  summary: 'Send a signal into an execution that waits for it, or will',
  description: [
    'A step that waits for the name goes on with the data. A signal that comes before its wait is kept, one that comes',
    'after the end of the execution is refused.',
  ].join('\n'),
  arguments: [executionArgument, { name: 'NAME', help: 'the name that a step waits for', required: true }],
  options: [
    {
      name: 'data',
      short: 'd',
      value: 'JSON|@FILE',
      help: 'what the step goes on with: an object, or a list of them; @- reads standard input',
      completion: 'file',
    },
    {
      name: 'once',
      value: 'KEY',
      help: 'a word of your own for this signal: sent again with it, it counts once',
    },
    jsonOption,
  ],
  examples: [
    [
      `navette executions signal exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b paid --data '{"amount": 90}'`,
      'Let it go on with a payment',
    ],
  ],
  async run({ api, terminal, option, flag, arguments: [executionId, name] }) {
    const payload = await readInput(option('data'), terminal.stdin);
    const sent = await api.call(
      routes.sendSignal,
      {
        params: { executionId: executionId!, name: name! },
        body: payload === undefined ? {} : { payload },
      },
      { idempotencyKey: option('once') ?? createUuid() },
    );
    if (flag('json')) terminal.printJson(sent);
    else terminal.print(`Sent ${name} to ${executionId}`);
    return exitCodes.ok;
  },
};
