/** Programs (coded workflows) of the simulated world: statements that chance wrote, and what carries them out. */
import type { JsonObject } from '@navette/kit';
import type { TestContext, TestProgram } from '../testing/trusted-programs.ts';
import type { Random } from './random.ts';

interface CallStatement {
  do: 'effect' | 'pass' | 'nap' | 'call';
  /** No other call of the program has it: keys do not depend on which branch is quicker. */
  name: string;
  parameters: JsonObject;
  settings: JsonObject;
}

export type Statement =
  | CallStatement
  | { do: 'fail'; name: string }
  | { do: 'all'; branches: Statement[][] }
  | { do: 'repeat'; times: number; body: Statement[] };

/** @param generateCall parameters and settings of a call, as nodes of graphs have them. */
export function generateStatements(
  random: Random,
  generateCall: (kind: CallStatement['do']) => { parameters: object; settings: object } | undefined,
  prefix = 's',
  depth = 0,
): Statement[] {
  return Array.from({ length: random.between(1, 3) }, (_, index): Statement => {
    const name = `${prefix}${index}`;
    const shape = depth < 2 ? random.below(8) : 7;
    if (shape === 0) return { do: 'fail', name };
    if (shape === 1) {
      const branch = (at: number) => generateStatements(random, generateCall, `${name}b${at}`, depth + 1);
      return { do: 'all', branches: Array.from({ length: random.between(1, 3) }, (_, at) => branch(at)) };
    }
    if (shape === 2) {
      const body = generateStatements(random, generateCall, `${name}r`, depth + 1);
      return { do: 'repeat', times: random.between(1, 3), body };
    }
    const kind = random.pick(['effect', 'effect', 'pass', 'nap', 'call'] as const);
    const made = generateCall(kind);
    if (!made) return { do: 'pass', name, parameters: {}, settings: {} };
    const { parameters, settings } = made;
    return { do: kind, name, parameters: parameters as JsonObject, settings: settings as JsonObject };
  });
}

/** What `source` says. Gives its input back with what the calls gave, which depends on the input alone. */
export const simulatedPrograms: { get(source: string): TestProgram } = {
  get: (source) => async (ctx, input) => {
    const items = input as JsonObject[];
    const gave = await carryOut(ctx, JSON.parse(source) as Statement[], items);
    return items.map((item) => ({ ...item, gave: JSON.stringify(gave).length }));
  },
};

async function carryOut(
  ctx: TestContext,
  statements: readonly Statement[],
  items: JsonObject[],
): Promise<unknown[]> {
  const gave: unknown[] = [];
  /** Of the last effect of this branch: the next one gets them. */
  let files: ReturnType<TestContext['files']> = {};
  for (const statement of statements) {
    switch (statement.do) {
      case 'fail':
        gave.push(await ctx.run('fail', {}, { name: statement.name }).catch(() => 'failed'));
        break;
      case 'all':
        gave.push(
          await Promise.all(statement.branches.map(async (branch) => await carryOut(ctx, branch, items))),
        );
        break;
      case 'repeat':
        for (let turn = 0; turn < statement.times; turn++)
          gave.push(await carryOut(ctx, statement.body, items));
        break;
      default: {
        const { do: nodeType, name, parameters, settings } = statement;
        const withFiles = items.map((json) => ({ json, binary: files }) as unknown as JsonObject);
        const isEffect = nodeType === 'effect';
        const made = await ctx.run(nodeType, parameters, {
          name,
          items: isEffect ? withFiles : items,
          settings,
        });
        if (isEffect && made[0] !== undefined) files = ctx.files(made[0]);
        gave.push(made);
      }
    }
  }
  return gave;
}
