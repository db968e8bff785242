/** Runs the code of one step: the policy applied, libraries added, host calls answered. */
import type { CodePort, CodeRun, HttpPort } from '@navette/contracts';
import type { Json } from '@navette/kit';
import { codeModuleNames, readCodeModules } from '../modules/code-library.ts';
import { createHopGuard } from '../policy/hop-guard.ts';
import { placeLimitError } from '../policy/place-limit-error.ts';
import type { PolicyAsk, PolicySource } from '../policy/policy-set.ts';
import type { CodeLimits, HostCall } from '../port.ts';
import { type CodeEngines, lacksJail } from './code-engines.ts';
import { createHttpFunction } from './http-function.ts';

export interface CodePortOptions {
  engines: CodeEngines;
  policies: PolicySource;
  /** For `http` of the code; bound to the step. */
  http: HttpPort;
  step: {
    projectId: string;
    versionId: string;
    signal: AbortSignal;
    /** Of the workflow and the program around it. */
    asks?: readonly PolicyAsk[];
  };
}

export function createCodePort({ engines, policies, http, step }: CodePortOptions): CodePort {
  return {
    modules: codeModuleNames,
    async run(run) {
      const request = { projectId: step.projectId, asks: [...(step.asks ?? []), toAsk(run)] };
      const policy = (await policies.read()).resolve(request);
      const { allowedHosts, limits } = policy;
      // Each request by the policies of its moment: they may have become stricter.
      const openHops = async () => createHopGuard((await policies.read()).resolve(request));
      const functions = new Map(run.functions);
      // Where policies refuse all that the step names, it has `http` too, which says so.
      if (run.allowedHosts.length > 0) {
        functions.set('http', createHttpFunction({ http, allowedHosts, openHops, run }));
      }
      const engine = engines.open(run.engine);
      if (lacksJail({ engine: run.engine, availability: await engine.availability() })) {
        run.onLine(withoutJailText, 'warn', 'without-jail');
      }
      const running = engine.run(
        {
          language: run.language,
          source: run.source,
          parameters: run.parameters,
          prelude: run.prelude,
          input: run.input,
          modules: readCodeModules(run.modules),
          bindings: [...functions.keys()],
          limits,
          reuseKey: { projectId: step.projectId, versionId: step.versionId },
        },
        {
          signal: step.signal,
          onConsole: ({ level, text }) => run.onLine(text, level),
          onCall: (call) => answer(functions, call),
        },
      );
      const result = await running.catch((error: unknown) => {
        throw placeLimitError(error, policy, { canAsk: true, engine: run.engine });
      });
      engines.keepReady(run.engine);
      return result;
    },
  };
}

const withoutJailText =
  'This code runs without a jail: bubblewrap does not work on this machine, and its operator allows that (NAVETTE_CODE_ALLOW_WITHOUT_JAIL).';

function toAsk({ allowedHosts, limits, policy }: CodeRun): PolicyAsk {
  const asked: Partial<CodeLimits> = {};
  for (const name of ['wallMs', 'cpuMs', 'memoryBytes'] as const) {
    const value = limits[name];
    if (value !== undefined) asked[name] = value;
  }
  return { by: 'step', policy, limits: asked, allowedHosts };
}

/** The engine lets through only calls of the bindings that it was given. */
async function answer(
  functions: CodeRun['functions'],
  { args, name }: HostCall,
): Promise<{ output: string }> {
  const value = await functions.get(name)!(JSON.parse(args) as Json[]);
  return { output: JSON.stringify(value) };
}
