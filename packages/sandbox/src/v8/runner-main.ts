/** The main file of a V8 runner process: one task at a time, each in a realm of its own that is made ahead. */
import { stripTypeScriptTypes } from 'node:module';
import type { Context } from 'node:vm';
import { listenToHost, sendToHost } from '../inside/channel.ts';
import { ProgramRun } from './program-run.ts';
import { createContextAhead } from './realm.ts';

let current: { id: number; run: ProgramRun } | undefined;
let ahead: Context | undefined = createContextAhead();

// A promise that a program left rejected is its own business, and no reason to end the process.
process.on('unhandledRejection', () => {});
// The first text costs tens of milliseconds.
stripTypeScriptTypes('let warm: number');

listenToHost({
  run: (message) => {
    const { task } = message;
    const run = new ProgramRun(message, ahead ?? createContextAhead(), {
      onConsole: (level, text) => sendToHost({ type: 'console', task, level, text }),
      onCall: (call, name, args) => sendToHost({ type: 'call', task, call, name, args }),
      onEnd: (end, usage) => {
        current = undefined;
        if ('output' in end) sendToHost({ type: 'done', task, output: end.output, usage });
        else sendToHost({ type: 'failed', task, failure: end.failure, usage });
        // The host kills a runner whose program broke a limit; until then nothing of it may go on.
        if ('failure' in end && 'limit' in end.failure) process.exit(0);
        setImmediate(() => {
          ahead ??= createContextAhead();
        });
      },
    });
    ahead = undefined;
    current = { id: task, run };
    run.start();
  },
  answer: (message) => {
    if (current?.id === message.task) current.run.answer(message);
  },
  // Asked only of runners that can let go of a task; this one is killed instead.
  drop: () => process.exit(1),
});
