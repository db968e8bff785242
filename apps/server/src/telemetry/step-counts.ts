/**
 * What steps did in this process, by node type. The journal names a step by its path; which type that is, the version
 * of the workflow tells, and it is asked only when somebody reads the counts.
 *
 * C1. `add` is on the hot path: a look-up in two maps and a few additions for each step.
 * C2. Memory is bounded: what was counted by path is folded into types with each reading, and by itself when many
 *     versions have gathered.
 * C3. A step that ended is counted once: results that a retry took over from another execution are not work.
 */
import type { JournalRecord } from '@navette/contracts';
import type { NewExecution, VersionSource } from '@navette/engine';
import { stepNodeIdOf } from './step-node-id.ts';
import { longBoundsMs, Tally } from './tally.ts';

/** succeeded; passed: ended in an error that its settings let pass; failed; skipped: a branch that was not taken. */
export const stepOutcomes = ['succeeded', 'passed', 'failed', 'skipped'] as const;
export type StepOutcome = (typeof stepOutcomes)[number];

export class StepTally {
  readonly outcomes: Record<StepOutcome, number> = { succeeded: 0, passed: 0, failed: 0, skipped: 0 };
  /** Attempts that failed and were to be repeated. */
  retries = 0;
  /** Of the steps that were run, in milliseconds. */
  readonly durationMs = new Tally(longBoundsMs);

  addAll(other: StepTally): void {
    for (const outcome of stepOutcomes) this.outcomes[outcome] += other.outcomes[outcome];
    this.retries += other.retries;
    this.durationMs.addAll(other.durationMs);
  }
}

interface VersionTally {
  projectId: string;
  /** By node id. */
  nodes: Map<string, StepTally>;
}

const mostVersions = 500;
/** More types than the product has; types that others bring may not grow the answer without limit. */
const mostTypes = 400;
const unknownType = 'unknown';
const otherTypes = 'other';

export class StepCounts {
  readonly #versions: Pick<VersionSource, 'read'>;
  readonly #onError: (error: unknown) => void;
  #byVersion = new Map<string, VersionTally>();
  readonly #byType = new Map<string, StepTally>();
  #folding: Promise<void> = Promise.resolve();

  constructor(versions: Pick<VersionSource, 'read'>, onError: (error: unknown) => void) {
    this.#versions = versions;
    this.#onError = onError;
  }

  add(execution: NewExecution, records: readonly JournalRecord[]): void {
    for (const record of records) {
      switch (record.type) {
        case 'step-completed': {
          if (record.reused || record.path === execution.triggerNodeId) break;
          const tally = this.#tallyOf(execution, record.path);
          tally.outcomes[record.error ? 'passed' : 'succeeded'] += 1;
          tally.durationMs.add(record.at - record.startedAt);
          break;
        }
        case 'step-failed': {
          const tally = this.#tallyOf(execution, record.path);
          tally.outcomes.failed += 1;
          tally.durationMs.add(record.at - record.startedAt);
          break;
        }
        case 'step-skipped':
          this.#tallyOf(execution, record.path).outcomes.skipped += 1;
          break;
        case 'attempt-failed':
          this.#tallyOf(execution, record.path).retries += 1;
          break;
        default:
      }
    }
  }

  /** By node type. */
  async read(): Promise<ReadonlyMap<string, StepTally>> {
    await this.#fold();
    return this.#byType;
  }

  #tallyOf(execution: NewExecution, path: string): StepTally {
    let version = this.#byVersion.get(execution.versionId);
    if (!version) {
      version = { projectId: execution.projectId, nodes: new Map() };
      this.#byVersion.set(execution.versionId, version);
      if (this.#byVersion.size > mostVersions) void this.#fold();
    }
    // Most paths are the id of their node.
    const known = version.nodes.get(path);
    if (known) return known;
    const nodeId = stepNodeIdOf(path);
    let tally = version.nodes.get(nodeId);
    if (!tally) {
      tally = new StepTally();
      version.nodes.set(nodeId, tally);
    }
    return tally;
  }

  #fold(): Promise<void> {
    this.#folding = this.#folding.then(() => this.#foldNow());
    return this.#folding;
  }

  async #foldNow(): Promise<void> {
    const counted = this.#byVersion;
    this.#byVersion = new Map();
    for (const [versionId, { projectId, nodes }] of counted) {
      const types = await this.#readTypes(projectId, versionId);
      for (const [nodeId, tally] of nodes) this.#typeOf(types.get(nodeId) ?? unknownType).addAll(tally);
    }
  }

  async #readTypes(projectId: string, versionId: string): Promise<Map<string, string>> {
    try {
      const version = await this.#versions.read(projectId, versionId);
      return new Map(version?.definition.nodes.map((node) => [node.id, node.type]));
    } catch (error) {
      this.#onError(error);
      return new Map();
    }
  }

  #typeOf(type: string): StepTally {
    const name = this.#byType.has(type) || this.#byType.size < mostTypes ? type : otherTypes;
    let tally = this.#byType.get(name);
    if (!tally) {
      tally = new StepTally();
      this.#byType.set(name, tally);
    }
    return tally;
  }
}
