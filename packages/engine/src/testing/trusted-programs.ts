/**
 * Programs of tests: functions of this process in place of code in a sandbox, in the same lock-step. `source` names the
 * function.
 */
import type {
  BinaryRef,
  CallRequest,
  ForeseenAnswer,
  Item,
  ProgramAnswer,
  ProgramCall,
  ProgramHost,
  ProgramPort,
} from '@navette/contracts';
import { defineErrors, type Json, type JsonObject } from '@navette/kit';

export interface TestContext {
  /** The `json` of the items at the first output. */
  run(nodeType: string, parameters?: JsonObject, options?: CallOptions): Promise<Json[]>;
  now(): number;
  log(message: string): void;
  /** Of everything that is left to chance. */
  readonly seed: string;
  /** Of an item that a call gave, or of the input. */
  files(item: Json): Readonly<Record<string, BinaryRef>>;
}

export type CallOptions = Omit<CallRequest, 'parameters'> & { name?: string };

export type TestProgram = (ctx: TestContext, input: readonly Json[]) => Promise<Json | undefined>;

export class TestCallError extends Error {
  readonly code: string;
  constructor({ code, message }: { code: string; message: string }) {
    super(message);
    this.code = code;
  }
}

/** @param rest lets a program do all that it can before it hears more; a turn of the event loop when left out. */
export function createTrustedPrograms(
  programs: { get(source: string): TestProgram | undefined },
  rest: () => Promise<void> = () => new Promise((resolve) => setImmediate(resolve)),
): ProgramPort {
  return {
    async run(task, host) {
      const program = programs.get(task.source);
      if (!program) throw new Error(`There is no program "${task.source}"`);
      const carried = new WeakMap<object, Readonly<Record<string, BinaryRef>>>();
      const carry = ({ binary, json }: Item): Json => {
        if (binary) carried.set(json, binary);
        return json;
      };
      task.input.forEach((json, at) => {
        const files = task.files?.[at];
        if (files) carried.set(json as object, files);
      });
      const open = new Map<number, PromiseWithResolvers<Json[]>>();
      const made: ProgramCall[] = [];
      let calls = 0;
      let now = task.now;
      const ctx: TestContext = {
        now: () => now,
        log: (message) => host.log(message),
        seed: task.seed,
        files: (item) => carried.get(item as object) ?? {},
        run(nodeType, parameters = {}, options = {}) {
          const id = calls++;
          const call = Promise.withResolvers<Json[]>();
          // A program may leave it alone.
          call.promise.catch(() => {});
          open.set(id, call);
          made.push({ id, nodeType, parameters, ...options });
          return call.promise;
        },
      };
      let end: { result: Json | undefined } | { thrown: unknown } | undefined;
      const running = program(ctx, task.input).then(
        (result) => {
          end = { result };
        },
        (thrown) => {
          end = { thrown };
        },
      );
      const settle = ({ id, now: time, result }: ProgramAnswer) => {
        now = Math.max(now, time);
        const call = open.get(id)!;
        open.delete(id);
        if ('error' in result) call.reject(new TestCallError(result.error));
        else call.resolve((result.outputs[0]?.items ?? []).map(carry));
      };
      const ahead = new AnswersAhead(host, (id) => open.has(id));
      for (;;) {
        await rest();
        if (end) break;
        const asked = made.splice(0);
        settle(ahead.take(asked) ?? (await ahead.ask(asked)));
      }
      await ahead.tell();
      await running;
      if ('thrown' in end) throw toError(end.thrown);
      return end.result;
    },
  };
}

/** What the sandbox does with answers that the host foresees (P4 of ProgramHost), a few at a time. */
class AnswersAhead {
  readonly #host: ProgramHost;
  readonly #isOpen: (id: number) => boolean;
  readonly #named = new Map<string, number>();
  readonly #times = new Map<string, number>();
  #foreseen: ForeseenAnswer[] = [];
  #turns: { made: ProgramCall[]; took: string }[] = [];
  #limit = 1;

  constructor(host: ProgramHost, isOpen: (id: number) => boolean) {
    this.#host = host;
    this.#isOpen = isOpen;
  }

  /** The answer that the host would give now; undefined when it has to be asked. */
  take(made: ProgramCall[]): ProgramAnswer | undefined {
    const names = made.map((call) => this.#nameCall(call));
    const isForeseen = (name: string) => this.#foreseen.some(({ call }) => call === name);
    if (!names.every(isForeseen)) return undefined;
    const place = this.#foreseen.findIndex(({ call }) => this.#isOpen(this.#named.get(call) ?? -1));
    const [answer] = place < 0 ? [] : this.#foreseen.splice(place, 1);
    if (!answer) return undefined;
    this.#turns.push({ made, took: answer.call });
    return { ...answer, id: this.#named.get(answer.call)! };
  }

  async ask(made: ProgramCall[]): Promise<ProgramAnswer> {
    await this.tell();
    const answer = await this.#host.next(made);
    this.#limit = (this.#limit * 3) % 7;
    this.#foreseen = this.#host.foresee?.(this.#limit) ?? [];
    return answer;
  }

  /** Tells of the turns that took an answer. */
  async tell(): Promise<void> {
    for (const { made, took } of this.#turns.splice(0)) {
      const { call } = await this.#host.next(made);
      if (call !== took) throw new Error(`The program took the answer to ${took} where ${call} was next`);
    }
  }

  #nameCall({ name, nodeType }: ProgramCall): string {
    const base = name ?? nodeType;
    const times = (this.#times.get(base) ?? 0) + 1;
    this.#times.set(base, times);
    return times === 1 ? `@${base}` : `@${base}:${times}`;
  }
}

const errors = defineErrors({
  TEST_PROGRAM_THREW: { kind: 'user', status: 422, retry: 'never', message: '{message}', help: '' },
});

/** As from a sandbox: the engine gets no object of the program. */
function toError(thrown: unknown): unknown {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return errors.create('TEST_PROGRAM_THREW', { params: { message } });
}
