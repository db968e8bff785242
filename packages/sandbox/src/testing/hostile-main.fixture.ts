/** A runner that says what a test tells it to: the task's source is a list of acts, as JSON. */
import { readSync, writeSync } from 'node:fs';
import { listenToHost } from '../inside/channel.ts';
import { encodeFrame } from '../protocol/frame.ts';

export type HostileAct =
  | { send: unknown }
  | { bytes: string }
  /** That many lines of the console, without waiting. */
  | { flood: number }
  /** Ends the task with the number of the process as its output, or with what the process was given. */
  | { tell: 'pid' | 'surroundings' }
  /** Says that when it is asked to drop the task, in place of "dropped". */
  | { onDrop: unknown }
  | { exit: number }
  | { signal: string };

const out = 4;

/** The task under way, and what is said when it is to be dropped. */
let current: number | undefined;
let onDrop: unknown;

listenToHost({
  run: ({ task, source }) => {
    current = task;
    for (const act of JSON.parse(source) as HostileAct[]) perform(act, task);
  },
  // Whoever waits for nothing is told of nothing.
  answer: ({ task }) => {
    if (task !== current) process.exit(9);
  },
  drop: ({ task }) => {
    if (onDrop !== undefined) write(encodeFrame(addTask(onDrop, task)));
  },
});

const facts = {
  pid: () => process.pid,
  surroundings: () => ({ folder: process.cwd(), environment: Object.keys(process.env), input: isOpen(0) }),
};

/** Whether a descriptor gives anything. */
function isOpen(descriptor: number): boolean {
  try {
    return readSync(descriptor, Buffer.alloc(1)) > 0;
  } catch {
    return false;
  }
}

function end(task: number, output: string): void {
  current = undefined;
  write(encodeFrame({ type: 'done', task, output, usage: { cpuMs: 0, peakMemoryBytes: 0 } }));
}

function perform(act: HostileAct, task: number): void {
  if ('send' in act) write(encodeFrame(addTask(act.send, task)));
  else if ('bytes' in act) write(Buffer.from(act.bytes, 'hex'));
  else if ('flood' in act) {
    for (let line = 0; line < act.flood; line += 1)
      write(encodeFrame({ type: 'console', task, level: 'info', text: 'x' }));
  } else if ('tell' in act) end(task, JSON.stringify(facts[act.tell]()));
  else if ('onDrop' in act) onDrop = act.onDrop;
  else if ('exit' in act) process.exit(act.exit);
  else process.kill(process.pid, act.signal);
}

/** "%TASK%" becomes the number of the task. */
function addTask(message: unknown, task: number): unknown {
  return JSON.parse(JSON.stringify(message).replaceAll('"%TASK%"', String(task)));
}

function write(bytes: Buffer): void {
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(out, bytes, sent);
}
