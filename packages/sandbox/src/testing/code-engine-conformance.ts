/**
 * What every engine must do (port.ts). An engine's test calls `describeCodeEngine` for each way it can run. Cases that
 * are only about JavaScript say so; all others have a Python text too.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import type { CodeEngine } from '../port.ts';
import { describeCheckedPrograms } from './engine-conformance/checked-programs.ts';
import { describeCodeErrors } from './engine-conformance/code-errors.ts';
import { describeConsoleLines } from './engine-conformance/console-lines.ts';
import { createEngineBench } from './engine-conformance/engine-bench.ts';
import { describeFixedClock } from './engine-conformance/fixed-clock.ts';
import { describeHostCalls } from './engine-conformance/host-calls.ts';
import { describeInputAndOutput } from './engine-conformance/input-and-output.ts';
import { describeJavascriptPrograms } from './engine-conformance/javascript-programs.ts';
import { describeTaskEnds } from './engine-conformance/task-ends.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

export function describeCodeEngine(under: EngineUnderTest): void {
  describe(under.name, () => {
    let engine: CodeEngine;
    beforeAll(() => {
      engine = under.open();
    });
    afterAll(() => engine.close());
    const bench = createEngineBench(under, () => engine);

    describeInputAndOutput(bench);
    describeHostCalls(bench);
    describeConsoleLines(bench);
    describeCodeErrors(bench);
    describeTaskEnds(bench);
    describeJavascriptPrograms(bench);
    describeCheckedPrograms(bench);
    describeFixedClock(bench);
  });
}
