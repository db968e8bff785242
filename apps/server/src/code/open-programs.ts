import type { ProgramPort } from '@navette/contracts';
import { adviseProgram } from '@navette/nodes';
import {
  type CodeEngine,
  createProgramRunner,
  createQuickJsEngine,
  type PolicySource,
} from '@navette/sandbox';
import type { CodeSettings } from '../config/code-settings.ts';

export interface Programs {
  port: ProgramPort;
  /** No process is left when it returns. */
  close(): Promise<void>;
}

/**
 * What runs coded workflows: QuickJS in runners of their own, since a program that waits for a code step must not hold the
 * runner that the step needs. Made when the first program comes.
 */
export function openPrograms(settings: Pick<CodeSettings, 'runners'>, policies: PolicySource): Programs {
  let engine: CodeEngine | undefined;
  const port = createProgramRunner({
    openEngine: () => {
      engine ??= createQuickJsEngine({ size: settings.runners, ready: 0 });
      return engine;
    },
    policies,
  });
  const advising: ProgramPort = {
    ...port,
    run: (task, host) =>
      port.run(task, host).catch((error: unknown) => {
        throw adviseProgram(error);
      }),
  };
  return { port: advising, close: async () => engine?.close() };
}
