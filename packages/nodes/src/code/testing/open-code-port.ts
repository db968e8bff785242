import type { CodePort, HttpPort } from '@navette/contracts';
import {
  type CodeEngine,
  CodeEngines,
  createCodePort,
  createFixedPolicies,
  createPythonEngine,
  createQuickJsEngine,
  createV8Engine,
  type EngineName,
} from '@navette/sandbox';

const noHttp: HttpPort = {
  request: () => Promise.reject(new Error('The test gave no http')),
};

/** Real engines in runner processes, for tests. V8 and Python run without the jail where there is none. */
export function openCodePort(http: HttpPort = noHttp): { code: CodePort; close(): Promise<void> } {
  const engines = new CodeEngines(
    new Map<EngineName, () => CodeEngine>([
      ['quickjs', () => createQuickJsEngine({ ready: 0, size: 1 })],
      ['v8', () => createV8Engine({ ready: 0, size: 1, withoutJail: 'allow' })],
      ['python', () => createPythonEngine({ ready: 0, size: 1, withoutJail: 'allow' })],
    ]),
  );
  const { signal } = new AbortController();
  const step = { projectId: 'project', versionId: 'version', signal };
  return {
    code: createCodePort({ engines, policies: createFixedPolicies(), http, step }),
    close: () => engines.close(),
  };
}
