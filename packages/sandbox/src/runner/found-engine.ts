/** An engine that has to be looked for: of several ways to run a language, the first that works on this machine. */
import { sandboxErrors } from '../errors.ts';
import type { CodeEngine, EngineAvailability } from '../port.ts';

/** Gives the engine, or one sentence for people that says why this way is none here. */
export type EngineCandidate = () => Promise<CodeEngine | string>;

/** Looked for once, when somebody first asks. None is started before. */
export function createFoundEngine(
  { languages, name }: Pick<CodeEngine, 'languages' | 'name'>,
  candidates: readonly EngineCandidate[],
): CodeEngine {
  let looking: Promise<CodeEngine | { reason: string }> | undefined;
  let closed = false;
  const look = () => {
    looking ??= findFirst(candidates);
    return looking;
  };
  return {
    name,
    languages,
    availability: async (): Promise<EngineAvailability> => {
      const found = await look();
      return 'reason' in found ? { available: false, reason: found.reason } : await found.availability();
    },
    run: async (task, host) => {
      if (closed) throw sandboxErrors.create('SANDBOX_CLOSED', { params: { engine: name } });
      const found = await look();
      if (!('reason' in found)) return await found.run(task, host);
      throw sandboxErrors.create('SANDBOX_UNAVAILABLE', { params: { engine: name, detail: found.reason } });
    },
    warmUp: async () => {
      const found = await look();
      if (!('reason' in found)) await found.warmUp();
    },
    close: async () => {
      closed = true;
      const found = await looking;
      if (found && !('reason' in found)) await found.close();
    },
  };
}

async function findFirst(candidates: readonly EngineCandidate[]): Promise<CodeEngine | { reason: string }> {
  const reasons = new Set<string>();
  for (const open of candidates) {
    const engine = await open();
    if (typeof engine === 'string') {
      reasons.add(engine);
      continue;
    }
    const state = await engine.availability();
    if (state.available) return engine;
    reasons.add(state.reason);
    await engine.close();
  }
  return { reason: [...reasons].join('. ') };
}
