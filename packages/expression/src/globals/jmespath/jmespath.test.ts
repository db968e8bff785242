import { describe, expect, it } from 'vitest';
import { evaluateExpression, findErrorCode } from '../../testing/evaluate.ts';

const json = {
  shop: 'Corner',
  open: true,
  'odd name': 1,
  tags: ['b', 'a', 'c'],
  people: [
    { name: 'Ada', age: 36, city: { zip: 'N1' }, skills: ['maths', 'engines'] },
    { name: 'Bob', age: 17, city: { zip: 'N2' }, skills: ['chess'] },
    { name: 'Cyd', age: 52, skills: [] },
  ],
  stock: { apples: { n: 3 }, pears: { n: 7 } },
  matrix: [
    [1, 2],
    [3, [4]],
  ],
};

const query = (text: string) =>
  evaluateExpression('$jmespath($json, $json.q)', { json: { ...json, q: text } });

describe('$jmespath', () => {
  it.each<[string, unknown]>([
    ['shop', 'Corner'],
    ['missing', null],
    ['missing.deeper', null],
    ['"odd name"', 1],
    ['stock.apples.n', 3],
    ['tags[0]', 'b'],
    ['tags[-1]', 'c'],
    ['tags[9]', null],
    ['tags[0:2]', ['b', 'a']],
    ['tags[::-1]', ['c', 'a', 'b']],
    ['tags[::2]', ['b', 'c']],
    ['people[*].name', ['Ada', 'Bob', 'Cyd']],
    ['people[*].city.zip', ['N1', 'N2']],
    ['people[0].skills[0]', 'maths'],
    ['people[*].skills[]', ['maths', 'engines', 'chess']],
    ['people[].skills[0]', ['maths', 'chess']],
    ['people[*].skills | [0]', ['maths', 'engines']],
    ['people[*].skills[0] | [1]', 'chess'],
    ['matrix[]', [1, 2, 3, [4]]],
    ['matrix[][]', [1, 2, 3, 4]],
    ['stock.*.n', [3, 7]],
    ['people[?age > `18`].name', ['Ada', 'Cyd']],
    ["people[?name == 'Bob'] | [0].age", 17],
    ["people[?age >= `18` && name != 'Cyd'].name", ['Ada']],
    ['people[?!city].name', ['Cyd']],
    ["people[?contains(skills, 'chess')].name", ['Bob']],
    ['people[?skills].name', ['Ada', 'Bob']],
    [
      'people[*].{n: name, z: city.zip}',
      [
        { n: 'Ada', z: 'N1' },
        { n: 'Bob', z: 'N2' },
        { n: 'Cyd', z: null },
      ],
    ],
    [
      'people[*].[name, age]',
      [
        ['Ada', 36],
        ['Bob', 17],
        ['Cyd', 52],
      ],
    ],
    ['[shop, open]', ['Corner', true]],
    ['{a: shop, b: tags[0]}', { a: 'Corner', b: 'b' }],
    ['missing || shop', 'Corner'],
    ['open && tags', ['b', 'a', 'c']],
    ['@.shop', 'Corner'],
    ['length(people)', 3],
    ['length(@) > `3`', true],
    ['max_by(people, &age).name', 'Cyd'],
    ['min_by(people, &age).name', 'Bob'],
    ['sort_by(people, &age)[*].name', ['Bob', 'Ada', 'Cyd']],
    ['sort(tags)', ['a', 'b', 'c']],
    ['reverse(tags)', ['c', 'a', 'b']],
    ["join('-', tags)", 'b-a-c'],
    ['sum(people[*].age)', 105],
    ['avg(people[*].age)', 35],
    ['max(people[*].age)', 52],
    ['map(&length(name), people)', [3, 3, 3]],
    ['keys(stock)', ['apples', 'pears']],
    ['values(stock)[*].n', [3, 7]],
    ['merge(stock.apples, stock.pears)', { n: 7 }],
    ['not_null(missing, shop)', 'Corner'],
    ["starts_with(shop, 'Cor') && ends_with(shop, 'ner')", true],
    ['to_array(shop)', ['Corner']],
    ['to_number(`"5"`)', 5],
    ['to_string(tags)', '["b","a","c"]'],
    ['type(tags)', 'array'],
    ['abs(`-2`)', 2],
    ['ceil(`1.2`)', 2],
    ['floor(`1.8`)', 1],
    ['people[*].age | [?@ > `20`]', [36, 52]],
    ['`{"a": [1, 2]}`.a[1]', 2],
    ['people[?(age > `18` || age < `10`) && name].name', ['Ada', 'Cyd']],
  ])('%s', (text, expected) => {
    expect(query(text)).toEqual(expected);
  });

  it.each([
    '',
    'a.',
    'a[',
    'a[1',
    'a[b]',
    'a[?b',
    '{a}',
    'nope(a)',
    'length(open)',
    'sort(people)',
    'sum(tags)',
    'a ^ b',
    '[::0]',
    '`{`',
    'a b',
    `${'('.repeat(500)}a`,
    `a${'.b'.repeat(500)}`,
    `${'!'.repeat(500)}a`,
  ])('refuses %s', (text) => {
    const code = findErrorCode('{{ $jmespath($json, $json.q) }}', { json: { ...json, q: text } });
    expect(code).toBe('EXPRESSION_ARGUMENT');
  });

  it('refuses what is no data and what is no query', () => {
    expect(findErrorCode('{{ $jmespath("text", "a") }}')).toBe('EXPRESSION_ARGUMENT');
    expect(findErrorCode('{{ $jmespath({}, 5) }}')).toBe('EXPRESSION_ARGUMENT');
  });
});
