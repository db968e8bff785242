/** Has code read where it would run, without running it: what a parser says of text that anybody wrote is not for the server to find out. */
import type { HeldCode } from '@navette/contracts';
import { readCodeModules } from '../modules/code-library.ts';
import { defaultPolicy } from '../policy/policy.ts';
import type { CodeEngines } from './code-engines.ts';

/** To read a megabyte takes a tenth of a second. */
const limits = { wallMs: 3_000, cpuMs: 2_000, memoryBytes: 134_217_728 };

/** Of checks only: what has run for a project is never in the runner that reads for it, where runners know versions. */
const versionId = 'check';

/** Throws the error of the engine, in the places of the user; what cannot be read here has other codes than SANDBOX_SYNTAX. */
export async function checkCode(
  engines: CodeEngines,
  code: HeldCode,
  about: { projectId: string; signal: AbortSignal },
): Promise<void> {
  const { engine, language, modules, parameters, place, source } = code;
  try {
    await engines.open(engine).run(
      {
        language,
        source,
        parameters,
        input: 'null',
        modules: readCodeModules(modules),
        bindings: [],
        limits: { ...defaultPolicy.defaults.limits, ...limits },
        reuseKey: { projectId: about.projectId, versionId },
        checkOnly: true,
      },
      { signal: about.signal },
    );
  } catch (error) {
    throw place ? place(error) : error;
  }
}
