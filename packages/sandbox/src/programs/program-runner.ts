/**
 * Runs programs (coded workflows) on a code engine. A program that waits long for an answer is dropped and built again
 * when the answer is there, so that programs hold no runner while others compute.
 *
 * Owns: for each program at work, the answers that it was given.
 *
 * R1. A program that is built again gets the same answers, in the same order; what it hands over must be the same, too.
 * R2. When the host does not answer (`next` rejects), the program is dropped and its reason is the end.
 * R3. Lines of the console that were heard before are not heard again.
 * R4. What a program took of the answers that it was sent ahead is what the host gives it for that turn: the host is asked,
 *     and a realm that took anything else is dropped. No end of a program counts before all that it told is looked at.
 */
import type {
  ProgramAnswer,
  ProgramCall,
  ProgramHost,
  ProgramOrigin,
  ProgramPort,
  ProgramTask,
} from '@navette/contracts';
import type { Json } from '@navette/kit';
import { sandboxErrors } from '../errors.ts';
import { placeLimitError } from '../policy/place-limit-error.ts';
import type { PolicySource } from '../policy/policy-set.ts';
import { listProgramAsks } from '../policy/program-asks.ts';
import type { CodeEngine, CodeHost, CodeLimits, CodeTask, HostAnswer, HostCall } from '../port.ts';
import { type AheadAnswer, AnswersAhead } from './answers-ahead.ts';
import { parseTurns, type Turn } from './parse-turns.ts';
import { programPrelude } from './prelude.ts';

/** How long a program may hold its runner while it waits for an answer. */
const holdMs = 1_000;

export interface ProgramRunnerOptions {
  /** QuickJS: it alone can tell when a program is at rest. Made when the first program comes. */
  openEngine: () => CodeEngine;
  policies: PolicySource;
}

export function createProgramRunner({ openEngine, policies }: ProgramRunnerOptions): ProgramPort {
  const resolve = async (origin: ProgramOrigin) =>
    (await policies.read()).resolve({
      projectId: origin.projectId,
      asks: listProgramAsks(origin),
      isProgram: true,
    });
  return {
    refuseCall: async (nodeType, origin) => (await resolve(origin)).refuseNodeType(nodeType),
    async run(task, host) {
      const policy = await resolve(task);
      const program = new ProgramRun(openEngine(), task, host, policy.limits);
      try {
        return await program.run();
      } catch (error) {
        throw placeLimitError(error, policy, { canAsk: false, engine: 'quickjs' });
      }
    },
  };
}

interface Exchange {
  /** How many calls had been handed over by then. */
  calls: number;
  answer: ProgramAnswer;
}

/** One run of the program's code from its beginning. */
interface Realm {
  /** Turns that were looked at, and the calls of these. */
  position: number;
  handed: number;
  lines: number;
  ahead: AnswersAhead;
  /** Settles when all that it has told so far is looked at. Never rejects. */
  told: Promise<unknown>;
  /** Gives its runner back. */
  release(): void;
}

class ProgramRun {
  readonly #engine: CodeEngine;
  readonly #task: ProgramTask;
  readonly #host: ProgramHost;
  readonly #limits: CodeLimits;
  readonly #given: Exchange[] = [];
  /** Calls that the host knows. */
  #known = 0;
  /** Asked of the host and not answered; it outlives the realm that asked. */
  #pending: Promise<ProgramAnswer> | undefined;
  #fault: { reason: unknown } | undefined;
  #linesHeard = 0;

  constructor(engine: CodeEngine, task: ProgramTask, host: ProgramHost, limits: CodeLimits) {
    this.#engine = engine;
    this.#task = task;
    this.#host = host;
    this.#limits = limits;
  }

  async run(): Promise<Json | undefined> {
    for (;;) {
      const released = Symbol('released');
      const drop = new AbortController();
      const realm = this.#createRealm(() => drop.abort(released));
      try {
        const { output } = await this.#engine.run(this.#createTask(), this.#createHost(realm, drop));
        await realm.told;
        if (this.#fault) throw this.#fault.reason;
        return JSON.parse(output) as Json;
      } catch (thrown) {
        if (thrown !== released) await realm.told;
        if (this.#fault) throw this.#fault.reason;
        if (thrown !== released) throw thrown;
        // The answer is its own failure, too; the next realm asks for it first.
        await this.#pending?.catch(() => {});
      }
    }
  }

  #createTask(): CodeTask {
    const { files, input, language, now, projectId, seed, source, versionId } = this.#task;
    return {
      language,
      source,
      input: JSON.stringify({ items: input, files }),
      parameters: ['ctx', 'input'],
      prelude: programPrelude,
      bindings: ['next', 'tell'],
      limits: this.#limits,
      reuseKey: { projectId, versionId },
      determinism: { nowMs: now, seed },
    };
  }

  #createRealm(release: () => void): Realm {
    const ahead = new AnswersAhead(this.#limits.callBytes);
    return { position: 0, handed: 0, lines: 0, ahead, told: Promise.resolve(), release };
  }

  #createHost(realm: Realm, drop: AbortController): CodeHost {
    let before: Promise<unknown> = Promise.resolve();
    return {
      signal: AbortSignal.any([drop.signal, this.#task.signal]),
      onConsole: ({ level, text }) => {
        realm.lines += 1;
        if (realm.lines <= this.#linesHeard) return;
        this.#linesHeard = realm.lines;
        this.#host.log(text, level);
      },
      onCall: async (call) => {
        const answering = before.then(() => this.#answer(realm, call));
        before = answering.catch((reason) => {
          this.#fault ??= { reason };
          drop.abort(reason);
        });
        if (call.name === 'tell') realm.told = before;
        return await answering;
      },
    };
  }

  /** Looks at the turns that were told, and answers the one that asks. */
  async #answer(realm: Realm, call: HostCall): Promise<HostAnswer> {
    const turns = parseTurns(call);
    const asking = call.name === 'next' ? turns.pop() : undefined;
    for (const turn of turns) {
      const taken = realm.ahead.take(turn.took);
      const answer = await this.#endTurn(realm, turn);
      if (!isSame(answer, taken)) throw createChange(`it took an answer that was not the next one`);
    }
    if (!asking) return { output: 'null' };
    const answer = await this.#endTurn(realm, asking);
    return {
      output: realm.ahead.encode(answer, (limit) => this.#lookAhead(realm, limit)),
      nowMs: answer.now,
    };
  }

  /** The answer that ends a turn: the one of an earlier realm, or of the host. */
  async #endTurn(realm: Realm, { made }: Turn): Promise<ProgramAnswer> {
    const before = realm.handed;
    realm.handed += made.length;
    const known = this.#given[realm.position];
    realm.position += 1;
    if (known) {
      if (known.calls === realm.handed) return known.answer;
      throw createChange(`it had made ${known.calls} calls at this point, and now made ${realm.handed}`);
    }
    const answer = await this.#ask(made.slice(Math.max(0, this.#known - before)), realm.release);
    this.#given.push({ calls: realm.handed, answer });
    this.#pending = undefined;
    return answer;
  }

  /** An earlier realm may have had these already; else the host knows. */
  #lookAhead({ position }: Realm, limit: number): readonly AheadAnswer[] {
    if (position >= this.#given.length) return this.#host.foresee?.(limit) ?? [];
    return this.#given.slice(position, position + limit).map(({ answer: { call: _, ...answer } }) => answer);
  }

  /** Gives the runner back when the answer takes long. */
  async #ask(made: ProgramCall[], release: () => void): Promise<ProgramAnswer> {
    this.#known += made.length;
    this.#pending ??= this.#host.next(made);
    this.#pending.catch(() => {});
    const timer = setTimeout(release, holdMs);
    try {
      return await this.#pending;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Calls are known by their names before the program has made them, and by their numbers afterwards. */
function isSame(answer: ProgramAnswer, { call, id }: AheadAnswer): boolean {
  return id === undefined ? answer.call === call : answer.id === id;
}

function createChange(detail: string) {
  return sandboxErrors.create('SANDBOX_PROGRAM_CHANGED', { params: { detail } });
}
