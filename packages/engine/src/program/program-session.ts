/**
 * One run of a program, in lock-step: takes the calls that it made, and gives it one answer at a time.
 *
 * L1. A call that the journal knows is answered from there; a new one is written down before it is ready to run.
 * L2. Answers come in the order in which the calls ended, among those that the program has made by then.
 * L3. When every open call waits, the program is dropped: the run is over without an end.
 * L4. What is foreseen are the ended calls that were not answered, in their order, all up to a limit: whoever takes the
 *     first of them whose call was made takes what L2 gives. Refusals come first, and are not foreseen.
 * L5. In a replay all open calls end at once, but for those that were left open: when all have, they are answered in the
 *     order and at the times of the recording. A program that needs an answer which is not on record ends there.
 */
import type {
  CallRequest,
  ForeseenAnswer,
  LogLevel,
  ProgramAnswer,
  ProgramCall,
  ProgramHost,
} from '@navette/contracts';
import { type ErrorRecord, NavetteError } from '@navette/kit';
import type { RecordedCalls } from '../deps.ts';
import { engineErrors } from '../errors.ts';
import { RunStopped, type StepHost } from '../run/step-host.ts';
import type { ProgramCalls } from '../state/program-calls.ts';
import { isDone, type StepState } from '../state/step-state.ts';
import { KnownFiles } from './call-items.ts';
import { compileCall, digestCall } from './compile-call.ts';

/** A larger request is left out of the journal: the program says it again. */
const maxAskedLength = 16_384;
const maxCalls = 100_000;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export class ProgramSession implements ProgramHost {
  readonly #host: StepHost;
  readonly #program: StepState;
  readonly #log: ProgramHost['log'];
  readonly #writeLines: () => void;
  /** Made and not answered yet. */
  readonly #open = new Map<StepState, number>();
  readonly #refused: ProgramAnswer[] = [];
  readonly #timesNamed = new Map<string, number>();
  readonly #answered = new Set<StepState>();
  /** All before it in the list of ended calls are answered. */
  #answeredTo = 0;
  readonly #files = new KnownFiles();
  #changed = false;
  #onChange: () => void = () => {};
  #now: number;
  /** See L3. */
  isParked = false;
  /** What ends the program whatever it makes of it. */
  fault: NavetteError | undefined;

  constructor(
    host: StepHost,
    program: StepState,
    options: { now: number; log: ProgramHost['log']; writeLines(): void },
  ) {
    this.#host = host;
    this.#program = program;
    this.#now = options.now;
    this.#log = options.log;
    this.#writeLines = options.writeLines;
  }

  async next(made: readonly ProgramCall[]): Promise<ProgramAnswer> {
    for (const call of made) this.#take(call);
    for (;;) {
      if (this.#host.stopped) throw new RunStopped('The execution stopped');
      const answer = this.#refused.shift() ?? this.#answerEnded();
      if (answer) return answer;
      if (this.#open.size === 0) throw this.#fail(engineErrors.create('PROGRAM_STUCK'));
      const waits = [...this.#open.keys()].every((step) => step.status === 'waiting');
      if (waits && this.#recorded) throw this.#lack([...this.#open.keys()][0]!);
      if (waits || this.#host.draining) {
        this.isParked = true;
        if (this.#calls) this.#calls.parkedAt = this.#calls.ended.length;
        throw new RunStopped('The program waits');
      }
      await this.#untilChanged();
    }
  }

  /** See L4. */
  foresee(limit: number): ForeseenAnswer[] {
    const foreseen: ForeseenAnswer[] = [];
    if (this.#refused.length > 0 || this.#recorded) return foreseen;
    const ended = this.#calls?.ended ?? [];
    for (let at = this.#answeredTo; at < ended.length && foreseen.length < limit; at++) {
      const step = ended[at]!;
      if (this.#answered.has(step)) continue;
      const { finishedAt = this.#now } = step;
      foreseen.push({ call: step.node.node.id, now: finishedAt, result: readResult(step) });
    }
    return foreseen;
  }

  log(message: string, level?: LogLevel): void {
    this.#log(message, level);
  }

  /** Told by the state of every change of a call; and when the run is to stop. */
  readonly notify = (): void => {
    this.#changed = true;
    this.#onChange();
  };

  /** The program has returned. @throws PROGRAM_CHANGED when the journal knows calls that it did not make this time. */
  assertComplete(): void {
    for (const step of this.#calls?.ended ?? []) {
      if (this.#answered.has(step) || this.#open.has(step)) continue;
      const params = { call: step.node.node.id, expected: step.node.node.type, found: 'no such call' };
      throw this.#fail(engineErrors.create('PROGRAM_CHANGED', { params }));
    }
  }

  /** That the program was given, by calls or at its beginning. */
  get files(): KnownFiles {
    return this.#files;
  }

  get #calls(): ProgramCalls | undefined {
    return this.#program.calls;
  }

  #fail(error: NavetteError): NavetteError {
    this.fault = error;
    return error;
  }

  #take({ id, name, nodeType, ...request }: ProgramCall): void {
    const base = name ?? nodeType;
    if (!namePattern.test(base)) {
      const reason = 'a name is 1 to 64 letters, digits, "_" or "-"';
      const error = engineErrors.create('PROGRAM_CALL_INVALID', { params: { call: base, reason } });
      this.#refuse(id, error);
      return;
    }
    const times = (this.#timesNamed.get(base) ?? 0) + 1;
    this.#timesNamed.set(base, times);
    const callId = `@${times === 1 ? base : `${base}:${times}`}`;
    const digest = digestCall(nodeType, request);
    const known = this.#calls?.made.get(callId);
    if (known && known.digest !== digest) {
      const expected = known.asked
        ? `${known.nodeType} ${JSON.stringify(known.asked).slice(0, 500)}`
        : known.nodeType;
      const found = `${nodeType} ${JSON.stringify(request).slice(0, 500)}`;
      throw this.#fail(engineErrors.create('PROGRAM_CHANGED', { params: { call: callId, expected, found } }));
    }
    if (!known) {
      const refusal = this.#checkCall(callId, nodeType, request);
      if (refusal) {
        this.#refuse(id, refusal);
        return;
      }
      this.#write(callId, nodeType, digest, request);
    }
    const step = this.#calls!.find(callId)!;
    if (!this.#calls!.made.get(callId)!.asked && !isDone(step)) {
      this.#calls!.supply(step, request);
      if (step.status !== 'waiting') this.#host.state.addReady(step);
    }
    this.#open.set(step, id);
  }

  #write(callId: string, nodeType: string, digest: string, request: CallRequest): void {
    this.#writeLines();
    const asked = JSON.stringify(request).length <= maxAskedLength ? { asked: request } : {};
    this.#host.append({
      type: 'call-made',
      at: this.#host.deps.clock.now(),
      path: `${this.#program.path}/${callId}`,
      call: { nodeType, digest, ...asked, heard: this.#answered.size },
    });
    this.#calls!.listener = this.notify;
  }

  /** What keeps a call from becoming a step; the program hears of it and may go on. */
  #checkCall(id: string, nodeType: string, request: CallRequest): NavetteError | undefined {
    if ((this.#calls?.made.size ?? 0) >= maxCalls)
      return engineErrors.create('PROGRAM_CALLS_EXHAUSTED', { params: { limit: maxCalls } });
    try {
      this.#files.assertKnown(id, request.items);
      compileCall(this.#host.deps.nodeTypes, { id, nodeType }, request, this.#program.node.region);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof NavetteError) return thrown;
      throw thrown;
    }
  }

  #refuse(id: number, error: NavetteError): void {
    this.#refused.push({ id, now: this.#now, result: { error: pickError(error.toRecord()) } });
  }

  #answerEnded(): ProgramAnswer | undefined {
    const recorded = this.#recorded;
    const step = recorded ? this.#findRecorded(recorded) : this.#findEnded();
    if (!step) return undefined;
    const ended = this.#calls!.ended;
    const id = this.#open.get(step)!;
    this.#open.delete(step);
    this.#answered.add(step);
    while (this.#answered.has(ended[this.#answeredTo]!)) this.#answeredTo += 1;
    for (const items of Object.values(step.outputs ?? {})) this.#files.add(items);
    const endedAt = recorded?.endOf(step.path)?.at ?? step.finishedAt;
    this.#now = Math.max(this.#now, endedAt ?? this.#now);
    return { id, call: step.node.node.id, now: this.#now, result: readResult(step) };
  }

  /** See L2. */
  #findEnded(): StepState | undefined {
    const ended = this.#calls?.ended ?? [];
    for (let at = this.#answeredTo; at < ended.length; at++) {
      if (this.#open.has(ended[at]!)) return ended[at];
    }
    return undefined;
  }

  /** See L5. What is not on record comes last, in the order in which it was made. */
  #findRecorded({ endOf, isUnanswered }: RecordedCalls): StepState | undefined {
    const open = [...this.#open.keys()];
    if (open.some((step) => !isDone(step) && step.status !== 'waiting')) return undefined;
    const orderOf = (step: StepState) => endOf(step.path)?.order ?? Number.MAX_SAFE_INTEGER;
    const [first] = open.filter(isDone).sort((a, b) => orderOf(a) - orderOf(b));
    if (first && isUnanswered(first.path)) throw this.#lack(first);
    return first;
  }

  get #recorded(): RecordedCalls | undefined {
    return this.#host.deps.recordedCalls;
  }

  #lack({ path }: StepState): NavetteError {
    return this.#fail(engineErrors.create('REPLAY_NO_RECORDING', { params: { step: path } }));
  }

  async #untilChanged(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
    this.#changed = false;
  }
}

function readResult(step: StepState): ProgramAnswer['result'] {
  if (step.status === 'failed') return { error: pickError(step.error!) };
  const outputs = step.outputs ?? {};
  const ports = new Set([...step.node.outputPorts, ...Object.keys(outputs)]);
  return {
    outputs: [...ports].map((port) => ({
      port,
      items: Object.hasOwn(outputs, port) ? (outputs[port] ?? []) : [],
    })),
  };
}

function pickError({ code, message }: ErrorRecord): { code: string; message: string } {
  return { code, message };
}
