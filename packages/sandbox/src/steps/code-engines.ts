/** The engines of one process: made when they are first asked for, so that a process that runs no code pays nothing. */
import { sandboxErrors } from '../errors.ts';
import type { CodeEngine, EngineAvailability, EngineName } from '../port.ts';

export interface EngineReport {
  engine: EngineName;
  availability: EngineAvailability;
}

/**
 * Whether code runs in no jail by the word of the operator. Not that of QuickJS, which is held by its language: the others
 * run natively, and the jail around their process is their wall.
 */
export function lacksJail({ availability, engine }: EngineReport): boolean {
  return engine !== 'quickjs' && availability.available && availability.jail === 'none';
}

export class CodeEngines {
  readonly #factories: ReadonlyMap<EngineName, () => CodeEngine>;
  readonly #engines = new Map<EngineName, CodeEngine>();
  readonly #kept = new Set<EngineName>();
  #closed = false;
  #lastReport: readonly EngineReport[] | undefined;

  constructor(factories: ReadonlyMap<EngineName, () => CodeEngine>) {
    this.#factories = factories;
  }

  /** Throws SANDBOX_UNAVAILABLE for one that this process does not have, and SANDBOX_CLOSED. */
  open(name: EngineName): CodeEngine {
    if (this.#closed) throw sandboxErrors.create('SANDBOX_CLOSED', { params: { engine: name } });
    const known = this.#engines.get(name);
    if (known) return known;
    const create = this.#factories.get(name);
    if (!create) {
      const detail = 'this server was built without it';
      throw sandboxErrors.create('SANDBOX_UNAVAILABLE', { params: { engine: name, detail } });
    }
    const engine = create();
    this.#engines.set(name, engine);
    return engine;
  }

  /** From the first call on, the engine keeps its fresh runners ready; what has to start does so meanwhile. */
  keepReady(name: EngineName): void {
    if (this.#closed || this.#kept.has(name)) return;
    this.#kept.add(name);
    // A runner that cannot start is tried again by the next task, which then gets the error.
    this.open(name)
      .warmUp()
      .catch(() => {});
  }

  /** What each engine says of this machine. Tries the jail, which takes some 50 ms once. */
  async report(): Promise<EngineReport[]> {
    const reports = await Promise.all(
      [...this.#factories.keys()].map(async (engine) => ({
        engine,
        availability: await this.open(engine).availability(),
      })),
    );
    this.#lastReport = reports;
    return reports;
  }

  /** Undefined until `report` has been asked for once. */
  get lastReport(): readonly EngineReport[] | undefined {
    return this.#lastReport;
  }

  /** No process is left when it returns. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#engines.values()].map((engine) => engine.close()));
  }
}
