import { expect, it } from 'vitest';
import { KeptPlaces } from './kept-places.ts';

function openPlaces(maxActive: number) {
  let now = 0;
  const active: string[] = [];
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const places = new KeptPlaces({ clock, maxActive, listActive: () => active });
  const free = () => maxActive - active.length;
  return {
    places,
    /** Sets what runs: "aab" are two of a and one of b. */
    run: (projects: string) => active.splice(0, active.length, ...projects),
    pass: (ms: number) => {
      now += ms;
    },
    keepsFrom: (projectId: string) => places.keepsFrom(projectId, free()),
    countOpen: () => places.countOpen(free()),
  };
}

it('keeps one place in eight, one at least, and none where there are fewer than four', () => {
  const counts = [0, 1, 3, 4, 8, 15, 16, 32].map((places) => openPlaces(places).places.count);
  expect(counts).toEqual([0, 0, 0, 1, 1, 1, 2, 4]);
});

it('gives a project that is alone all places', () => {
  const { countOpen, keepsFrom, places, run } = openPlaces(8);
  for (const active of ['', 'a', 'aaaaaaa']) {
    places.note('a');
    run(active);
    expect(keepsFrom('a')).toBe(false);
    expect(countOpen()).toBe(8 - active.length);
    expect(places.readBound()).toBeUndefined();
  }
});

it('keeps the last place from who has all the others, while another project was seen within ten seconds', () => {
  const { countOpen, keepsFrom, pass, places, run } = openPlaces(8);
  places.note('b');
  places.note('a');
  run('aaaaaa');
  expect([keepsFrom('a'), countOpen()]).toEqual([false, 1]);
  run('aaaaaaa');
  expect([keepsFrom('a'), keepsFrom('b'), countOpen()]).toEqual([true, false, 0]);
  expect(places.readBound()).toEqual({ most: 7, held: new Map([['a', 7]]) });
  pass(9_999);
  places.note('a');
  expect(keepsFrom('a')).toBe(true);
  pass(1);
  places.note('a');
  expect([keepsFrom('a'), countOpen()]).toEqual([false, 1]);
  expect(places.readBound()).toBeUndefined();
  places.note('b');
  expect(keepsFrom('a')).toBe(true);
});

it('keeps nothing when others hold as many places as are kept', () => {
  const { countOpen, keepsFrom, places, run } = openPlaces(16);
  places.note('b');
  places.note('a');
  run('aaaaaaaaab');
  expect(countOpen()).toBe(5);
  expect(places.readBound()).toMatchObject({ most: 14 });
  run('aaaaaaaaabc');
  expect(countOpen()).toBe(5);
  expect(places.readBound()).toBeUndefined();
  run('aaaaaaaaaaaaabb');
  expect(keepsFrom('a')).toBe(false);
});

it('bounds all when nothing runs, as no project may take every place', () => {
  const { countOpen, places } = openPlaces(8);
  places.note('b');
  places.note('a');
  expect(places.readBound()).toEqual({ most: 7, held: new Map() });
  expect(countOpen()).toBe(7);
});

it('knows the project before the last one when a third has come', () => {
  const { keepsFrom, pass, places, run } = openPlaces(4);
  places.note('a');
  pass(9_000);
  places.note('b');
  pass(9_000);
  places.note('c');
  run('ccc');
  expect(keepsFrom('c')).toBe(true);
  pass(1_000);
  expect(keepsFrom('c')).toBe(false);
  run('aaa');
  expect(keepsFrom('a')).toBe(true);
});
