import {
  type CodeEngine,
  CodeEngines,
  createPythonEngine,
  createQuickJsEngine,
  createV8Engine,
  type EngineName,
} from '@navette/sandbox';
import type { CodeSettings } from '../config/code-settings.ts';

/** The engines that this server has. None is made, and no process started, before it is asked for. */
export function openCodeEngines(settings: CodeSettings): CodeEngines {
  const { allowWithoutJail, python: runtime, readyRunners: ready, runners: size } = settings;
  const withoutJail = allowWithoutJail ? 'allow' : 'refuse';
  return new CodeEngines(
    new Map<EngineName, () => CodeEngine>([
      ['quickjs', () => createQuickJsEngine({ size, ready })],
      ['v8', () => createV8Engine({ size, ready, withoutJail })],
      ['python', () => createPythonEngine({ size, ready, withoutJail, runtime })],
    ]),
  );
}
