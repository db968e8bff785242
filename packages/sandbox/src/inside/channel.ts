/**
 * The runner's end of the two pipes: descriptor 3 brings the host's messages, descriptor 4 takes ours. Writes block,
 * so that a program that talks faster than the host listens waits for it, and nothing piles up here.
 *
 * Ends the process when the host is gone, or says what it must not.
 */
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { encodeFrame, FrameDecoder, partChars } from '../protocol/frame.ts';
import type {
  AnswerMessage,
  DropMessage,
  HostMessage,
  RunMessage,
  RunnerMessage,
} from '../protocol/messages.ts';

const inputDescriptor = 3;
const outputDescriptor = 4;
/** The host bounds what it sends; this only keeps a broken stream from taking the memory. */
const maxFrameBytes = 512 * 1024 * 1024;
const wrongMessageExitCode = 70;

export interface Receivers {
  run(message: RunMessage): void;
  answer(message: AnswerMessage): void;
  drop(message: DropMessage): void;
}

export function sendToHost(message: RunnerMessage): void {
  if (message.type === 'done') sendOutput(message);
  else send(message);
}

function sendOutput({ output, ...message }: Extract<RunnerMessage, { type: 'done' }>): void {
  const { task } = message;
  let from = 0;
  while (output.length - from > partChars) {
    send({ type: 'part', task, output: output.slice(from, from + partChars) });
    from += partChars;
  }
  send({ ...message, output: output.slice(from) });
}

function send(message: RunnerMessage): void {
  const frame = encodeFrame(message);
  for (let sent = 0; sent < frame.length; ) {
    try {
      sent += writeSync(outputDescriptor, frame, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Says `ready` and then hands each message to its receiver. */
export function listenToHost(receivers: Receivers): void {
  const decoder = new FrameDecoder(() => maxFrameBytes);
  const parts: string[] = [];
  const socket = new Socket({ fd: inputDescriptor, readable: true, writable: false });
  socket.on('data', (chunk: Buffer) => {
    for (const message of decoder.push(chunk)) deliver(message as HostMessage, parts, receivers);
  });
  socket.on('close', () => process.exit(0));
  socket.on('error', () => process.exit(0));
  sendToHost({ type: 'ready' });
}

/** `parts`: of the input of the next task, which may be dropped before it begins. */
function deliver(message: HostMessage, parts: string[], receivers: Receivers): void {
  if (message.type === 'part') parts.push(message.input);
  else if (message.type === 'run')
    receivers.run({ ...message, input: [...parts.splice(0), message.input].join('') });
  else if (message.type === 'answer') receivers.answer(message);
  else if (message.type === 'drop') {
    parts.length = 0;
    receivers.drop(message);
  } else process.exit(wrongMessageExitCode);
}
