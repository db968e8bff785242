import { expect, test } from 'vitest';
import { findFailedCall } from './failed-call.ts';
import type { StepView } from './step-view.ts';

const failed = (path: string, message: string, code = 'POLICY_HOST_REFUSED') =>
  ({ path, status: 'failed', error: { code, message } }) as StepView;
const program = (said: string) => failed('p', `The code failed: ${said}`, 'SANDBOX_CODE_THREW');

test('the call that the program did not catch is found by its words', () => {
  const caught = failed('p/@stock', 'No cotton left');
  const fatal = failed('p/@charge', 'Refused');
  const other = failed('q/@charge', 'Refused');
  const steps = [caught, fatal, other];
  expect(findFailedCall(program('CallError: Refused'), steps)).toBe(fatal);
  expect(findFailedCall(program('Error: Refused'), steps)).toBeUndefined();
  expect(findFailedCall(program('CallError: Gone'), steps)).toBeUndefined();
  expect(findFailedCall({ ...program('x'), error: null }, steps)).toBeUndefined();
});
