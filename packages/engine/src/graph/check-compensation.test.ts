import { createFakeClock } from '@navette/testing';
import { expect, it } from 'vitest';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { validateDefinition } from './validate.ts';

const { nodeTypes } = new EngineWorld(createFakeClock());

function listMessages(compensate: string[], over: Record<string, object | string> = {}): string[] {
  const nodes = {
    start: 'start',
    a: { type: 'effect', settings: { compensate } },
    b: 'effect',
    undo: 'effect',
  };
  const definition = define({ ...nodes, ...over }, 'start>a,a>b');
  return validateDefinition(definition, nodeTypes).map(({ path, message }) => `${path}: ${message}`);
}

it('accepts nodes that stand alone', () => {
  expect(listMessages(['undo'])).toEqual([]);
});

it('refuses what could not be run as a compensation', () => {
  const at = '/nodes/1/settings/compensate/0';
  expect(listMessages(['gone'])).toEqual([`${at}: There is no node with the id "gone"`]);
  expect(listMessages(['a'])).toEqual([`${at}: "a" cannot undo itself`]);
  expect(listMessages(['b'])).toEqual([`${at}: "b" undoes what "a" did, so that it must not be connected`]);
  expect(listMessages(['other'], { other: 'start' })).toEqual([
    `${at}: "other" is a trigger: it cannot undo anything`,
  ]);
  const undo = { type: 'effect', settings: { compensate: ['b'] } };
  expect(listMessages(['undo'], { undo })).toContain(
    `${at}: "undo" undoes something, so that nothing can undo it`,
  );
});

it('refuses a trigger that wants to be undone', () => {
  const start = { type: 'start', settings: { compensate: ['undo'] } };
  expect(listMessages(['undo'], { start })).toEqual([
    '/nodes/0/settings/compensate: "start" is a trigger: it does nothing that could be undone',
  ]);
});

it('refuses a loop that wants to be undone', () => {
  const loop = { type: 'each', settings: { compensate: ['undo'] } };
  const definition = define(
    { start: 'start', loop, a: 'effect', undo: 'effect' },
    'start>loop,loop.item>a,a>loop',
  );
  expect(validateDefinition(definition, nodeTypes).map(({ message }) => message)).toEqual([
    '"loop" is a loop: name what undoes the nodes inside of it',
  ]);
});
