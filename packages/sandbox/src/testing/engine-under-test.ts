import { NavetteError } from '@navette/kit';
import { expect } from 'vitest';
import { defaultPolicy } from '../policy/policy.ts';
import type { CodeEngine, CodeHost, CodeLanguage, CodeLimits, CodeTask, HostAnswer } from '../port.ts';

/** One way to run an engine, for the suites. */
export interface EngineUnderTest {
  /** "QuickJS without the jail" */
  name: string;
  /** `python` runs the Python text of each case. */
  language: 'javascript' | 'python';
  open(): CodeEngine;
  /** Whether Date and Math.random can be fixed by the task. */
  deterministic: boolean;
  /** False where a program that waits for nothing is only ended by its wall limit. */
  knowsStalls?: boolean;
  /** Where the engine ends a long computation by a budget of its own, before the limit. */
  ownBudget?: boolean;
  /** Where each case costs a runner that is dear: the limits to try, by their names. Default: all. */
  limitCases?: readonly string[];
  /** False where the engine cannot only read a program (`checkOnly`). */
  checks?: boolean;
  /** Where the same engine is tried in whole in another way: without what costs several runners. */
  short?: true;
}

export interface TaskOptions extends Partial<Omit<CodeTask, 'source' | 'limits' | 'input'>> {
  input?: unknown;
  limits?: Partial<CodeLimits>;
  language?: CodeLanguage;
}

export function createTask(source: string, options: TaskOptions = {}): CodeTask {
  const { input = null, limits, ...rest } = options;
  return {
    language: 'javascript',
    source,
    input: JSON.stringify(input),
    bindings: [],
    reuseKey: { projectId: 'project-1', versionId: 'version-1' },
    ...rest,
    limits: { ...defaultPolicy.defaults.limits, ...limits },
  };
}

/** The parsed output. */
export async function readOutput(engine: CodeEngine, task: CodeTask, host?: CodeHost): Promise<unknown> {
  return JSON.parse((await engine.run(task, host)).output);
}

/** The error that a run ends with; fails when it ends well. */
export async function readError(engine: CodeEngine, task: CodeTask, host?: CodeHost): Promise<NavetteError> {
  const outcome = await engine.run(task, host).then(
    ({ output }) => output,
    (error: unknown) => error,
  );
  expect(NavetteError.is(outcome), `it ended with ${String(outcome)}`).toBe(true);
  return outcome as NavetteError;
}

/** A host that answers every call with its arguments. */
export const echo: CodeHost = {
  onCall: ({ args }): Promise<HostAnswer> => Promise.resolve({ output: args }),
};
