/**
 * One runner process, from its start to its end: `starting → ready → dead`. It owns the child and the two pipes.
 *
 * Invariants
 * 1. Nothing reaches a receiver that `runnerMessage` did not accept; what it refuses kills the runner.
 * 2. The child has no environment, no folder of ours, and no descriptors but the pipes and the prepared file.
 * 3. `kill` ends the whole process group, and `exited` settles afterwards.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { NavetteError } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import { encodeFrame, FrameDecoder } from '../protocol/frame.ts';
import { type HostMessage, type RunnerMessage, runnerMessage } from '../protocol/messages.ts';
import { type CommandLine, filterDescriptor, type JailState, type JailTools, sendFilter } from './jail.ts';
import { startPatientTimeout } from './patient-timeout.ts';
import { encodeCommand } from './runner-command.ts';
import { preparedDescriptor, type RunnerProgram } from './runner-program.ts';

const startTimeoutMs = 15_000;
const idleFrameBytes = 64 * 1024;
const diagnosticsBytes = 4_000;

export interface RunnerReceiver {
  onMessage(message: RunnerMessage): void;
  /** Once, when the process ended or was killed for what it sent. */
  onLost(error: NavetteError): void;
  /** The longest frame that the runner may send now. */
  maxFrameBytes: number;
}

export class RunnerProcess {
  readonly program: RunnerProgram;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #toRunner: Writable;
  readonly #decoder = new FrameDecoder(() => this.#receiver?.maxFrameBytes ?? idleFrameBytes);
  #receiver: RunnerReceiver | undefined;
  #lost: NavetteError | undefined;
  #diagnostics = '';

  /** Resolves when the runner said that it is ready. Throws SANDBOX_RUNNER_LOST. */
  static async start(
    program: RunnerProgram,
    jail: JailState,
    tools: JailTools,
    prepared?: number,
  ): Promise<RunnerProcess> {
    const runner = new RunnerProcess(program, await encodeCommand(program, jail, tools), prepared);
    await runner.#becomeReady();
    return runner;
  }

  private constructor(
    program: RunnerProgram,
    { command, args, filter }: CommandLine,
    prepared: number | undefined,
  ) {
    this.program = program;
    this.#child = spawn(command, args, {
      cwd: '/',
      env: {},
      // A group of its own: a signal to the server's group is not for runners, and `kill` reaches all of it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', ...listMore(filter, prepared)],
    });
    const child = this.#child;
    sendFilter(child.stdio, filter);
    this.exited = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', () => resolve());
    });
    this.#toRunner = child.stdio[3] as Writable;
    const fromRunner = child.stdio[4] as Readable;
    // A runner that ends while it is written to: its end is reported by `close`.
    this.#toRunner.on('error', () => {});
    fromRunner.on('error', () => {});
    fromRunner.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr!.on('data', (chunk: Buffer) => {
      this.#diagnostics = (this.#diagnostics + chunk.toString('utf8')).slice(-diagnosticsBytes);
    });
    child.once('error', (error) => this.#lose(error.message));
    child.once('close', (code, signal) => this.#lose(signal ?? `exit code ${code}`));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get alive(): boolean {
    return this.#lost === undefined;
  }

  send(message: HostMessage): void {
    if (this.alive) this.#toRunner.write(encodeFrame(message));
  }

  /** Whoever uses the runner now; undefined: nobody, and every message is a breach of the protocol. */
  set receiver(receiver: RunnerReceiver | undefined) {
    this.#receiver = receiver;
    if (receiver && this.#lost) receiver.onLost(this.#lost);
  }

  /** Ends it at once, and whoever uses it hears `reason`; may be called again. */
  kill(reason: NavetteError = createLostError('killed')): Promise<void> {
    this.#report(reason);
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) signalGroup(pid);
    return this.exited;
  }

  async #becomeReady(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timeout = startPatientTimeout(startTimeoutMs, () =>
      reject(createLostError(`not ready after ${startTimeoutMs} ms`)),
    );
    this.receiver = {
      maxFrameBytes: idleFrameBytes,
      onLost: reject,
      onMessage: (message) =>
        message.type === 'ready' ? resolve() : reject(createProtocolError(`"${message.type}" at the start`)),
    };
    try {
      await promise;
    } catch (error) {
      await this.kill();
      throw error;
    } finally {
      timeout.stop();
      this.receiver = undefined;
    }
  }

  #read(chunk: Buffer): void {
    try {
      for (const value of this.#decoder.push(chunk)) {
        if (!this.alive) return;
        this.#deliver(value);
      }
    } catch (error) {
      this.#breach((error as Error).message);
    }
  }

  #deliver(value: unknown): void {
    const parsed = runnerMessage.safeParse(value);
    if (!parsed.success) this.#breach('a message of an unknown form');
    else if (!this.#receiver) this.#breach(`"${parsed.data.type}" without a task`);
    else this.#receiver.onMessage(parsed.data);
  }

  #breach(detail: string): void {
    this.#report(createProtocolError(detail));
    void this.kill();
  }

  /** What it wrote to its standard error output may name folders of this machine: it is the cause, not the message. */
  #lose(detail: string): void {
    const cause = this.#diagnostics ? new Error(this.#diagnostics) : undefined;
    this.#report(createLostError(detail, cause));
  }

  #report(error: NavetteError): void {
    if (this.#lost) return;
    this.#lost = error;
    this.#receiver?.onLost(error);
  }
}

function createLostError(detail: string, cause?: Error): NavetteError {
  return sandboxErrors.create('SANDBOX_RUNNER_LOST', { params: { detail }, cause });
}

export function createProtocolError(detail: string): NavetteError {
  return sandboxErrors.create('SANDBOX_PROTOCOL', { params: { detail } });
}

/** The filter of the jail and the prepared file, each at its own number. */
function listMore(filter: Buffer | undefined, prepared: number | undefined): ('pipe' | 'ignore' | number)[] {
  if (prepared === undefined) return filter ? ['pipe'] : [];
  const more: ('pipe' | 'ignore' | number)[] = [filter ? 'pipe' : 'ignore'];
  more[preparedDescriptor - filterDescriptor] = prepared;
  return more;
}

function signalGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
