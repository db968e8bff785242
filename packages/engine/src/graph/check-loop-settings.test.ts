import { createFakeClock } from '@navette/testing';
import { expect, it } from 'vitest';
import { define, EngineWorld } from '../testing/engine-world.ts';
import { validateDefinition } from './validate.ts';

const { nodeTypes } = new EngineWorld(createFakeClock());

function listIssues(settings: Record<string, unknown>, ofBody: Record<string, unknown> = {}) {
  const nodes = {
    start: 'start',
    each: { type: 'each', settings },
    work: { type: 'effect', settings: ofBody },
  };
  return validateDefinition(define(nodes, 'start>each,each.item>work,work>each'), nodeTypes);
}

const retry = { maxAttempts: 3 };

it('refuses settings of a loop that would have no effect, each at its place', () => {
  expect(listIssues({ retry, timeoutMs: 1_000 })).toEqual([
    {
      path: '/nodes/1/settings/retry',
      message: '"each" is a loop: a retry has no effect on it; set it on the nodes of its body',
      nodeId: 'each',
    },
    {
      path: '/nodes/1/settings/timeoutMs',
      message:
        '"each" is a loop: a time limit has no effect on it; set it on the nodes of its body, or on the workflow',
      nodeId: 'each',
    },
  ]);
});

it('accepts them on the nodes of the body, and other settings on the loop', () => {
  expect(listIssues({ onError: 'continue', continueEmpty: true }, { retry, timeoutMs: 1_000 })).toEqual([]);
});

it('refuses them on a program, where its calls have them', () => {
  const program = { type: 'program', parameters: { source: 'it' }, settings: { retry, timeoutMs: 1_000 } };
  const issues = validateDefinition(define({ start: 'start', program }, 'start>program'), nodeTypes);
  expect(issues.map(({ path, message }) => [path, message])).toEqual([
    ['/nodes/1/settings/retry', '"program" is a program: a retry has no effect on it; set it on its calls'],
    [
      '/nodes/1/settings/timeoutMs',
      '"program" is a program: a time limit has no effect on it; set it on its calls, or on the workflow',
    ],
  ]);
});

it('takes code as it is: braces in it are no templates', () => {
  const source = "const text = [{ a: {} }]; // {{ $('Nobody').item }} {{";
  const program = { type: 'program', parameters: { source } };
  expect(validateDefinition(define({ start: 'start', program }, 'start>program'), nodeTypes)).toEqual([]);
});

it('refuses a program where nothing in between is stored', () => {
  const program = { type: 'program', parameters: { source: 'it' } };
  const definition = define({ start: 'start', program }, 'start>program', { durability: 'none' });
  expect(validateDefinition(definition, nodeTypes)).toMatchObject([
    { path: '/settings/durability', message: expect.stringContaining('is a program') },
  ]);
});
