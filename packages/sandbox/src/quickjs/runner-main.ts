/** The main file of a QuickJS runner process: one task at a time, each in a fresh instance. */
import { listenToHost, sendToHost } from '../inside/channel.ts';
import type { RunMessage } from '../protocol/messages.ts';
import { createInstance, type QuickJsInstance } from './create-instance.ts';
import { TaskContext, type TaskEnd } from './task-context.ts';

/** What the next task will probably need, made while nobody waits. */
let spare: { memoryBytes: number; instance: Promise<QuickJsInstance> } | undefined;
let current: { id: number; context?: TaskContext } | undefined;

listenToHost({
  run: (message) => void start(message),
  answer: (message) => {
    if (current?.id === message.task) current.context?.answer(message);
  },
  drop: ({ task }) => {
    current?.context?.drop();
    current = undefined;
    sendToHost({ type: 'dropped', task });
  },
});

async function start(message: RunMessage): Promise<void> {
  const { task } = message;
  current = { id: task };
  const { memoryBytes } = message.limits;
  const instance = await takeInstance(memoryBytes);
  // It was dropped in the meantime.
  if (current?.id !== task) return;
  const context: TaskContext = new TaskContext(message, instance, {
    onConsole: (level, text) => sendToHost({ type: 'console', task, level, text }),
    onCall: (call, name, args) => sendToHost({ type: 'call', task, call, name, args }),
    onEnd: (end) => {
      current = undefined;
      report(task, end, context, instance);
      spare = { memoryBytes, instance: createInstance(memoryBytes) };
    },
  });
  current.context = context;
  context.start();
}

function takeInstance(memoryBytes: number): Promise<QuickJsInstance> {
  const fits = spare?.memoryBytes === memoryBytes ? spare.instance : undefined;
  spare = undefined;
  return fits ?? createInstance(memoryBytes);
}

function report(task: number, end: TaskEnd, context: TaskContext, { memory }: QuickJsInstance): void {
  const usage = { cpuMs: context.cpuMs(), peakMemoryBytes: memory.buffer.byteLength };
  if ('output' in end) sendToHost({ type: 'done', task, output: end.output, usage });
  else sendToHost({ type: 'failed', task, failure: end.failure, usage });
}
