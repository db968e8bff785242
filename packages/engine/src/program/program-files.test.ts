/** Files of programs: by handle, from call to call, and only those that the program was given. */
import type { Item, JournalRecord } from '@navette/contracts';
import type { Json } from '@navette/kit';
import { createFakeClock } from '@navette/testing';
import { expect, it } from 'vitest';
import { createFileRef, define, EngineWorld } from '../testing/engine-world.ts';
import type { TestCallError, TestProgram } from '../testing/trusted-programs.ts';

async function run(program: TestProgram, items: Item[] = [{ json: { n: 1 } }]) {
  const world = new EngineWorld(createFakeClock());
  world.programs.set('it', program);
  const version = world.addVersion(
    define(
      { start: 'start', p: { type: 'program', parameters: { source: 'it' } }, z: 'effect' },
      'start>p, p>z',
    ),
  );
  const { projectId } = world;
  const end = await world
    .createEngine()
    .startAndAwait({ projectId, version, triggerNodeId: 'start', items, mode: 'api' }, { until: 'finished' });
  return { ...end, records: await world.records(end.executionId) };
}

const outputsOf = (records: readonly JournalRecord[], path: string) =>
  records.flatMap((record) =>
    record.type === 'step-completed' && record.path === path ? [record.outputs] : [],
  )[0];

it('a file goes from the input to a call, from call to call, and to the node behind the program', async () => {
  const file = createFileRef('of the input');
  const { error, records, status } = await run(
    async (ctx, [input]) => {
      const [copied] = await ctx.run(
        'effect',
        { file: true },
        { name: 'copy', items: [{ json: { n: 2 }, binary: ctx.files(input!) as never }] },
      );
      return { json: { did: 'it' }, binary: ctx.files(copied!) as never };
    },
    [{ json: { n: 1 }, binary: { data: file } }],
  );
  expect(error).toBeUndefined();
  expect(status).toBe('succeeded');
  const [copied] = outputsOf(records, 'p/@copy')!['main']!;
  expect(copied!.json).toEqual({ n: 2, '@copy': 'done', took: [file.artifactId] });
  const made = copied!.binary!['data']!.artifactId;
  expect(outputsOf(records, 'p')!['main']).toMatchObject([{ json: { did: 'it' }, binary: copied!.binary }]);
  expect(outputsOf(records, 'z')!['main']![0]!.json).toEqual({ did: 'it', z: 'done', took: [made] });
});

it.each([
  ['one that it made up', createFileRef('of another execution')],
  ['one with other content', { ...createFileRef('given'), sha256: 'f'.repeat(64) }],
])('is refused %s, in calls and in what it returns', async (_, file) => {
  const given = [{ json: { n: 1 }, binary: { data: createFileRef('given') } }];
  const called = await run(async (ctx) => {
    const items = [{ json: {}, binary: { data: file } }];
    const error = await ctx.run('effect', {}, { items }).catch((thrown) => thrown as TestCallError);
    return { code: (error as TestCallError).code, message: (error as TestCallError).message };
  }, given);
  expect(called.items?.[0]?.json).toMatchObject({
    code: 'PROGRAM_CALL_INVALID',
    message: expect.stringContaining('"binary.data" of item 0 is no file'),
  });
  const returned = await run(async () => ({ json: {}, binary: { data: file } }), given);
  expect(returned).toMatchObject({ status: 'failed', error: { code: 'PROGRAM_CALL_INVALID' } });
});

it('what only looks like an item with files stays JSON', async () => {
  const values: Json[] = [
    { json: { a: 1 }, binary: 'none' },
    { json: { a: 1 } },
    { json: 1, binary: {} },
    { json: {}, binary: { data: { artifactId: 'art_1' } } },
    { json: {}, binary: {}, more: 1 },
  ];
  const { records } = await run(async () => values);
  expect(outputsOf(records, 'p')!['main']!.map(({ json }) => json)).toEqual(values);
});
