/** Programs that get answers ahead take the same course as those that ask for each, and are found out when they do not. */
import type {
  ForeseenAnswer,
  ProgramAnswer,
  ProgramCall,
  ProgramHost,
  ProgramTask,
} from '@navette/contracts';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createFixedPolicies } from '../policy/policy-set.ts';
import type { CodeEngine, CodeHost } from '../port.ts';
import { createQuickJsEngine } from '../quickjs/quickjs-engine.ts';
import { createProgramRunner } from './program-runner.ts';

const engine = createQuickJsEngine({ jail: 'never', size: 2 });
afterAll(() => engine.close());
const policies = createFixedPolicies();
const runner = createProgramRunner({ openEngine: () => engine, policies });

const task = (source: string): ProgramTask => ({
  projectId: 'project-1',
  versionId: 'version-1',
  language: 'javascript',
  source,
  input: [{}],
  seed: 'seed',
  now: 1_000,
  signal: new AbortController().signal,
});

/** One question of the program, and the call whose answer it got. */
interface Turn {
  made: string[];
  answered: string;
}

interface Ended {
  call: string;
  now: number;
}

/** Answers as the engine does: refusals first, then the calls that have ended, in their order, of those made. */
class JournalHost implements ProgramHost {
  readonly turns: Turn[] = [];
  readonly lines: string[] = [];
  readonly ended: Ended[];
  foreseen = 0;
  readonly #foresees: boolean;
  readonly #random: () => number;
  readonly #open = new Map<string, ProgramCall>();
  readonly #answered = new Set<string>();
  readonly #refused: ProgramCall[] = [];
  readonly #times = new Map<string, number>();
  #now = 1_000;

  constructor(options: { ended?: readonly Ended[]; foresees?: boolean; random: () => number }) {
    this.ended = [...(options.ended ?? [])];
    this.#foresees = options.foresees ?? false;
    this.#random = options.random;
  }

  log(line: string): void {
    this.lines.push(line);
  }

  async next(made: readonly ProgramCall[]): Promise<ProgramAnswer> {
    const names = made.map((call) => this.#take(call));
    const answer = this.#answerRefused() ?? this.#answerEnded() ?? this.#endOne();
    this.turns.push({ made: names, answered: answer.call ?? `refused ${answer.id}` });
    return answer;
  }

  foresee(limit: number): ForeseenAnswer[] {
    if (!this.#foresees || this.#refused.length > 0) return [];
    const left = this.ended.filter(({ call }) => !this.#answered.has(call)).slice(0, limit);
    this.foreseen += left.length;
    return left.map(({ call, now }) => ({ call, now, result: resultOf(call) }));
  }

  #take(call: ProgramCall): string {
    const base = call.name ?? call.nodeType;
    if (!/^[\w-]+$/.test(base)) {
      this.#refused.push(call);
      return `refused ${call.id}`;
    }
    const times = (this.#times.get(base) ?? 0) + 1;
    this.#times.set(base, times);
    const name = times === 1 ? `@${base}` : `@${base}:${times}`;
    this.#open.set(name, call);
    return name;
  }

  #answerRefused(): ProgramAnswer | undefined {
    const call = this.#refused.shift();
    return (
      call && {
        id: call.id,
        now: this.#now,
        result: { error: { code: 'REFUSED', message: 'It was refused' } },
      }
    );
  }

  #answerEnded(): ProgramAnswer | undefined {
    const next = this.ended.find(({ call }) => this.#open.has(call));
    if (!next) return undefined;
    const { id } = this.#open.get(next.call)!;
    this.#open.delete(next.call);
    this.#answered.add(next.call);
    this.#now = Math.max(this.#now, next.now);
    return { id, call: next.call, now: this.#now, result: resultOf(next.call) };
  }

  #endOne(): ProgramAnswer {
    const open = [...this.#open.keys()];
    if (open.length === 0) throw new Error('It waits for nothing');
    const call = open[Math.floor(this.#random() * open.length)]!;
    this.ended.push({ call, now: this.#now + 7 });
    return this.#answerEnded()!;
  }
}

function resultOf(call: string): ProgramAnswer['result'] {
  if (call.startsWith('@fails')) return { error: { code: 'TEST_FAILED', message: `${call} failed` } };
  return { outputs: [{ port: 'main', items: [{ json: { of: call } }] }] };
}

type Statement =
  | { do: 'call'; name: string }
  | { do: 'all' | 'race'; branches: Statement[][] }
  | { do: 'repeat'; times: number; body: Statement[] };

const { statements } = fc.letrec<{ statement: Statement; statements: Statement[] }>((tie) => ({
  statements: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
  statement: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    // One is refused for its name, and must not pass for the second call of the first.
    fc.record({ do: fc.constant('call' as const), name: fc.constantFrom('a', 'b', 'fails', 'a:2', '') }),
    fc.record({
      do: fc.constantFrom('all' as const, 'race' as const),
      branches: fc.array(tie('statements'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      do: fc.constant('repeat' as const),
      times: fc.integer({ min: 1, max: 4 }),
      body: tie('statements'),
    }),
  ) as fc.Arbitrary<Statement>,
}));

/** Gives all that the program saw: what came back, in which order, and when. */
const sourceOf = (list: readonly Statement[]) => `
const seen = [];
const carryOut = async (ctx, list) => {
  for (const one of list) {
    if (one.do === 'all') await ctx.all(one.branches.map((branch) => carryOut(ctx, branch)));
    else if (one.do === 'race') await Promise.race(one.branches.map((branch) => carryOut(ctx, branch)));
    else if (one.do === 'repeat') for (let n = 0; n < one.times; n++) await carryOut(ctx, one.body);
    else {
      const options = one.name === '' ? {} : { name: one.name };
      const gave = await ctx.run('some-type', {}, options).then(([item]) => item.of, (error) => error.code);
      seen.push(gave + ' at ' + Date.now() + ' ' + (Math.random() * 10).toFixed(0));
      ctx.log(gave);
    }
  }
};
export default async function (ctx) {
  await carryOut(ctx, ${JSON.stringify(list)});
  return seen;
}`;

function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

it('whatever the program, answers that come ahead are taken in the order in which they would be given', async () => {
  const runs = Number(process.env['NAVETTE_PROGRAM_RUNS'] ?? 30);
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(statements, fc.nat(), fc.nat(100), async (list, seed, share) => {
      const program = task(sourceOf(list));
      const first = new JournalHost({ random: createRandom(seed) });
      const result = await runner.run(program, first);
      // The journal of a crash: some of what had ended.
      const ended = first.ended.slice(0, Math.ceil((first.ended.length * share) / 100));
      const after = seed + 1;
      const asking = new JournalHost({ ended, random: createRandom(after) });
      const ahead = new JournalHost({ ended, random: createRandom(after), foresees: true });
      const [asked, given] = [await runner.run(program, asking), await runner.run(program, ahead)];
      expect(given).toEqual(asked);
      expect(ahead.turns).toEqual(asking.turns);
      expect(ahead.lines).toEqual(asking.lines);
      if (share === 100) expect(given).toEqual(result);
      taken += ahead.foreseen;
    }),
    { numRuns: runs },
  );
  expect(taken).toBeGreaterThan(runs);
}, 600_000);

const chain = (calls: number, more = '') => `export default async function (ctx) {
  let last;
  for (let n = 0; n < ${calls}; n++) [last] = await ctx.run('some-type', { n${more} }, { name: 'a' });
  return last;
}`;
const journalOf = (calls: number): Ended[] =>
  Array.from({ length: calls }, (_, n) => ({ call: n === 0 ? '@a' : `@a:${n + 1}`, now: 1_000 + n }));

describe('answers ahead', () => {
  it('spare most questions', async () => {
    const host = new JournalHost({ ended: journalOf(1_000), foresees: true, random: createRandom(1) });
    let questions = 0;
    const counted: CodeEngine = {
      ...engine,
      run: (one, codeHost: CodeHost = {}) =>
        engine.run(one, {
          ...codeHost,
          onCall: (call) => {
            questions += 1;
            return codeHost.onCall!(call);
          },
        }),
    };
    const counting = createProgramRunner({ openEngine: () => counted, policies });
    expect(await counting.run(task(chain(1_000)), host)).toEqual({ of: '@a:1000' });
    expect(host.turns).toHaveLength(1_000);
    expect(questions).toBeLessThan(20);
    // What had no room was looked at again.
    expect(host.foreseen).toBeLessThan(2_000);
  });

  it('are told to the host in pieces when calls are large', async () => {
    const host = new JournalHost({ ended: journalOf(60), foresees: true, random: createRandom(1) });
    const source = chain(60, ", text: 'x'.repeat(3_000 * (n % 12))");
    expect(await runner.run(task(source), host)).toEqual({ of: '@a:60' });
    expect(host.turns).toHaveLength(60);
  });

  it('do not hide that the host refuses the course of a program that has ended by then', async () => {
    const host = new JournalHost({ ended: journalOf(9), foresees: true, random: createRandom(1) });
    const next = (made: readonly ProgramCall[]) => {
      if (host.turns.length === 4) throw new Error('It took another course');
      return JournalHost.prototype.next.call(host, made);
    };
    const strict: ProgramHost = {
      next: async (made) => next(made),
      foresee: (limit) => host.foresee(limit),
      log: () => {},
    };
    await expect(runner.run(task(chain(9)), strict)).rejects.toThrow('It took another course');
    const throws = chain(9).replace('return last', "throw new Error('its own')");
    host.turns.length = 0;
    await expect(
      runner.run(task(throws), {
        ...strict,
        next: async () => Promise.reject(new Error('It took another course')),
      }),
    ).rejects.toThrow('It took another course');
  });

  const call = { id: 0, nodeType: 'some-type', parameters: {}, name: 'a' };
  const second = { ...call, id: 1 };
  it.each([
    ['a place that nothing was sent for', [{ made: [second], took: 70 }], 'SANDBOX_CALL_MALFORMED'],
    ['no place', [{ made: [second] }], 'SANDBOX_CALL_MALFORMED'],
    ['an answer that is not the next', [{ made: [second], took: 1 }], 'SANDBOX_PROGRAM_CHANGED'],
    [
      'an answer twice',
      [
        { made: [second], took: 0 },
        { made: [], took: 0 },
      ],
      'SANDBOX_CALL_MALFORMED',
    ],
    ['no turns', [], 'SANDBOX_CALL_MALFORMED'],
  ])('that a runner lies about end the program: %s', async (_, turns, code) => {
    const host = new JournalHost({ ended: journalOf(9), foresees: true, random: createRandom(1) });
    const lying: CodeEngine = {
      ...engine,
      async run(_task, { onCall } = {}) {
        await onCall!({ id: 1, name: 'next', args: JSON.stringify([[{ made: [call] }]]) });
        void onCall!({ id: 2, name: 'tell', args: JSON.stringify([turns]) }).catch(() => {});
        return { output: '"won"', usage: { cpuMs: 0, wallMs: 0, peakMemoryBytes: 0 } };
      },
    };
    const believing = createProgramRunner({ openEngine: () => lying, policies });
    await expect(believing.run(task(chain(9)), host)).rejects.toMatchObject({ code });
  });
});
