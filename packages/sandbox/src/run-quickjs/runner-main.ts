/** The main file of a runner process that runs programs with the `run` package. */
import { setMaxWorkers } from 'run';
import { listenToHost, sendToHost } from '../inside/channel.ts';
import type { RunMessage } from '../protocol/messages.ts';
import { ProgramRun } from './program-run.ts';

setMaxWorkers(1);
let current: { id: number; program: ProgramRun } | undefined;

listenToHost({
  run: start,
  answer: (message) => {
    if (current?.id === message.task) current.program.answer(message);
  },
  drop: ({ task }) => {
    current?.program.drop();
    current = undefined;
    sendToHost({ type: 'dropped', task });
  },
});

function start(message: RunMessage): void {
  const { task } = message;
  const before = process.cpuUsage();
  const program = new ProgramRun(message, {
    onConsole: (level, text) => sendToHost({ type: 'console', task, level, text }),
    onCall: (call, name, args) => sendToHost({ type: 'call', task, call, name, args }),
    onEnd: (end) => {
      current = undefined;
      const { user, system } = process.cpuUsage(before);
      const usage = { cpuMs: (user + system) / 1000, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
      if ('output' in end) sendToHost({ type: 'done', task, output: end.output, usage });
      else sendToHost({ type: 'failed', task, failure: end.failure, usage });
    },
  });
  current = { id: task, program };
  // A runtime that is broken ends the process, with its words in the error output: the host starts another.
  void program.start();
}
