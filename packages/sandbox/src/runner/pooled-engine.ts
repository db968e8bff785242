/** The engine of any program: checks a task, borrows a runner for it, and gives the runner back. */
import { sandboxErrors } from '../errors.ts';
import type {
  CodeEngine,
  CodeHost,
  CodeLanguage,
  CodeResult,
  CodeTask,
  EngineAvailability,
} from '../port.ts';
import { type PoolOptions, RunnerPool } from './pool.ts';
import { checkTask, runTask } from './run-task.ts';

export interface PooledEngineOptions extends PoolOptions {
  languages: readonly CodeLanguage[];
  /** Whom a used runner may work for again. */
  reuse: 'project' | 'version' | 'never';
  /** `required`: without the jail the engine is not available. */
  isolation: 'required' | 'optional';
  /** What runs the code, for people. */
  runtime?: string;
}

export function createPooledEngine(options: PooledEngineOptions): CodeEngine {
  const { program, languages, runtime } = options;
  const pool = new RunnerPool(options);
  const availability = async (): Promise<EngineAvailability> => {
    const { kind, reason } = await pool.jail();
    return kind === 'none' && options.isolation === 'required'
      ? { available: false, reason: `It runs only in a jail, and ${reason}` }
      : { available: true, jail: kind, ...(runtime === undefined ? {} : { runtime }) };
  };

  async function run(task: CodeTask, host: CodeHost = {}): Promise<CodeResult> {
    const engine = program.engine;
    if (!languages.includes(task.language)) {
      const params = { engine, language: task.language, languages: languages.join(', ') };
      throw sandboxErrors.create('SANDBOX_LANGUAGE_UNKNOWN', { params });
    }
    checkTask(task);
    const state = await availability();
    if (!state.available) {
      throw sandboxErrors.create('SANDBOX_UNAVAILABLE', { params: { engine, detail: state.reason } });
    }
    const { runner, release } = await pool.checkout(encodeKey(options.reuse, task.reuseKey), host.signal);
    const { reusable, result } = await runTask(runner, task, host);
    release(reusable && options.reuse !== 'never');
    return await result;
  }

  return {
    name: program.engine,
    languages,
    availability,
    run,
    warmUp: async () => {
      if ((await availability()).available) await pool.warmUp();
    },
    close: () => pool.close(),
  };
}

function encodeKey(
  reuse: PooledEngineOptions['reuse'],
  { projectId, versionId }: CodeTask['reuseKey'],
): string {
  return JSON.stringify(reuse === 'project' ? [projectId] : [projectId, versionId]);
}
