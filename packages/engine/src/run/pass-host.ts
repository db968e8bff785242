import type { JournalRecord } from '@navette/contracts';
import type { Scope } from '../state/scope.ts';
import { RunStopped, type StepHost } from './step-host.ts';

/**
 * The execution as those steps of a pass see it that are at work while the pass may fail alone: when it does, they are
 * stopped and the others are not. The same for the calls of a program, which may end before them. There as long as one of
 * them is at work.
 */
class PassHost implements StepHost {
  readonly #run: StepHost;
  readonly #pass: Scope;
  /** Made when somebody listens. */
  #controller: AbortController | undefined;
  /** Steps at work. */
  active = 0;

  constructor(run: StepHost, pass: Scope) {
    this.#run = run;
    this.#pass = pass;
  }

  get deps() {
    return this.#run.deps;
  }
  get execution() {
    return this.#run.execution;
  }
  get state() {
    return this.#run.state;
  }
  get knownJson() {
    return this.#run.knownJson;
  }
  get stopped(): boolean {
    return this.#pass.isOver || this.#run.stopped;
  }
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.stopped) this.stop();
      else this.#run.signal.addEventListener('abort', this.stop, { once: true });
    }
    return this.#controller.signal;
  }

  /** The pass failed, or the execution stops. */
  readonly stop = (): void => {
    this.#controller?.abort(new RunStopped('The pass goes no further'));
  };

  /** None of its steps is at work any more. */
  close(): void {
    if (this.#controller) this.#run.signal.removeEventListener('abort', this.stop);
  }

  append(record: JournalRecord): void {
    this.#run.append(record);
  }
  get draining(): boolean {
    return this.#run.draining;
  }
  enterProgram(program: { notify(): void }): void {
    this.#run.enterProgram(program);
  }
  leaveProgram(program: { notify(): void }): void {
    this.#run.leaveProgram(program);
  }
  flush(): Promise<void> {
    return this.#run.flush();
  }
  flushBeforeEffect(): Promise<void> {
    return this.#run.flushBeforeEffect();
  }
  sleep(ms: number): Promise<void> {
    return this.#run.sleep(ms, this.signal);
  }
}

/** Those of one run: of the passes that may fail alone, and of the programs, that have steps at work. */
export class PassHosts {
  readonly #run: StepHost;
  /** Made with the first one: most runs have none. */
  #hosts: Map<Scope, PassHost> | undefined;

  constructor(run: StepHost) {
    this.#run = run;
  }

  /** A step of the pass begins. */
  enter(pass: Scope, around: StepHost = this.#run): StepHost {
    this.#hosts ??= new Map();
    let host = this.#hosts.get(pass);
    if (!host) {
      host = new PassHost(around, pass);
      this.#hosts.set(pass, host);
    }
    host.active += 1;
    return host;
  }

  leave(pass: Scope): void {
    const host = this.#hosts?.get(pass);
    if (!host) return;
    host.active -= 1;
    if (host.active > 0) return;
    host.close();
    this.#hosts?.delete(pass);
  }

  stop(pass: Scope): void {
    this.#hosts?.get(pass)?.stop();
  }
}
