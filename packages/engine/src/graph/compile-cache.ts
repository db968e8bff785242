import type { NodeTypes, VersionRecord } from '../ports.ts';
import { type CompiledWorkflow, compileWorkflow } from './compile.ts';

/** Versions never change, so that a compiled one stays good; the least recently used go first. */
export class CompileCache {
  readonly #nodeTypes: NodeTypes;
  readonly #capacity: number;
  readonly #byVersion = new Map<string, CompiledWorkflow>();

  constructor(nodeTypes: NodeTypes, capacity = 200) {
    this.#nodeTypes = nodeTypes;
    this.#capacity = capacity;
  }

  /** Throws WORKFLOW_INVALID. A renamed workflow is compiled anew, since expressions can read the name. */
  get(version: VersionRecord): CompiledWorkflow {
    const known = this.#byVersion.get(version.versionId);
    if (known && known.version.workflowName === version.workflowName) {
      if (this.#byVersion.size > this.#capacity / 2) {
        this.#byVersion.delete(version.versionId);
        this.#byVersion.set(version.versionId, known);
      }
      return known;
    }
    const compiled = compileWorkflow(version, this.#nodeTypes);
    this.#byVersion.set(version.versionId, compiled);
    if (this.#byVersion.size > this.#capacity) {
      const oldest = this.#byVersion.keys().next().value;
      if (oldest !== undefined) this.#byVersion.delete(oldest);
    }
    return compiled;
  }
}
