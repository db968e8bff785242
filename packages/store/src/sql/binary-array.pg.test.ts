import { createUuid } from '@navette/kit';
import { createTestDatabase } from '@navette/testing';
import pg from 'pg';
import { expect, test } from 'vitest';
import { encodeFloats, encodeInts, encodeUuids, TextArray } from './binary-array.ts';

function encodeTexts(texts: readonly string[]): Buffer {
  const array = new TextArray(texts);
  const buffer = Buffer.alloc(array.length);
  expect(array.copy(buffer, 0)).toBe(array.length);
  return buffer;
}

test('Postgres reads from each array what was put in', async () => {
  const database = await createTestDatabase({ template: false });
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    const every = '01234567-89ab-cdef-fedc-ba9876543210';
    const uuids = [every, ...Array.from({ length: 200 }, () => createUuid())];
    const ints = [0, -1, 2_147_483_647, -2_147_483_648];
    const floats = [0, -1.5, 1_795_317_103_428, Number.MIN_VALUE];
    const texts = ['', 'plain', 'é 日本 🧵', '{"quoted":"\\"","list":[1,null]}', '{NULL,"a"}'];
    const { rows } = await client.query(
      'SELECT $1::uuid[] AS uuids, $2::int[] AS ints, $3::float8[] AS floats, $4::text[] AS texts',
      [encodeUuids(uuids), encodeInts(ints), encodeFloats(floats), encodeTexts(texts)],
    );
    expect(rows).toEqual([{ uuids, ints, floats, texts }]);
  } finally {
    await client.end();
    await database.drop();
  }
});
