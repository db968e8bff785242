/**
 * The policies in force, from the folder in which the operator keeps them.
 *
 * Owns: the set that was read last, and the marks of the files that it was read from.
 *
 * F1. Files are looked at when somebody asks, and at most once in `lookMs`; nobody polls, and nothing runs in between.
 * F2. Whoever asks while files are being read waits for that reading: one reading at a time.
 * F3. A reading that fails keeps the set: see the invariants of `PolicySet`.
 * F4. What has problems is logged once for each change.
 */
import type { Logger } from '@navette/kit';
import { type PolicyBase, type PolicyProblem, PolicySet, type PolicySource } from '@navette/sandbox';
import { listPolicyFiles, readPolicyReading, reasonOf } from './read-policy-folder.ts';

const defaultLookMs = 1_000;

export interface PolicyFolderOptions {
  path: string;
  /** The configuration names it: then it has to be there. */
  required: boolean;
  base: PolicyBase;
  logger: Logger;
  /** How long a look holds. */
  lookMs?: number;
}

export class PolicyFolder implements PolicySource {
  readonly #options: PolicyFolderOptions;
  #set: PolicySet;
  #marks: string | undefined;
  #hasRead = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(options: PolicyFolderOptions) {
    this.#options = options;
    this.#set = PolicySet.create(options.base);
  }

  async read(): Promise<PolicySet> {
    const { lookMs = defaultLookMs } = this.#options;
    if (performance.now() - this.#lookedAt >= lookMs) {
      this.#looking ??= this.#look().finally(() => {
        this.#lookedAt = performance.now();
        this.#looking = undefined;
      });
      await this.#looking;
    }
    return this.#set;
  }

  /** The last set, without a look. */
  get last(): PolicySet {
    return this.#set;
  }

  async #look(): Promise<void> {
    const { logger, path, required } = this.#options;
    try {
      const files = await listPolicyFiles(path);
      if (files === undefined && (required || this.#set.files.some(({ document }) => document))) {
        this.#lose(`there is no folder ${path}`);
        return;
      }
      const found = files ?? [];
      const marks = found.map(({ file, mark }) => `${file} ${mark}`).join('\n');
      if (marks === this.#marks) return;
      const readings = await Promise.all(found.map(({ file }) => readPolicyReading(path, file)));
      const before = this.#set;
      const isFirst = this.#marks === undefined;
      this.#set = before.update(readings);
      this.#marks = marks;
      this.#hasRead = true;
      const gone = before.files.filter(({ file }) => !found.some((each) => each.file === file));
      if (!isFirst || found.length > 0) {
        logger.info({ files: found.length, removed: gone.map(({ file }) => file) }, 'Policies were read');
      }
      this.#warn();
    } catch (error) {
      this.#lose(`the folder ${path} cannot be looked at (${reasonOf(error)})`);
    }
  }

  #lose(reason: string): void {
    if (this.#set.folderProblem === reason) return;
    this.#set = this.#hasRead ? this.#set.keep(reason) : this.#set.withoutFolder(reason);
    this.#marks = undefined;
    this.#options.logger.warn({ reason }, 'The policies cannot be read; what was read before holds');
  }

  #warn(): void {
    for (const { file, problems, state } of this.#set.files) {
      for (const { field, message } of problems) {
        const what =
          state === 'kept'
            ? 'A policy file cannot be used; what it said before holds'
            : 'A policy file cannot be used, and what it is for is refused';
        this.#options.logger.warn({ file, field, problem: message }, what);
      }
    }
  }
}

/** "2 files"; what is wrong comes with its file. */
export function describePolicies(set: PolicySet): string {
  const { files, folderProblem, problems } = set;
  const count = `${files.length} ${files.length === 1 ? 'policy file' : 'policy files'}`;
  const kept = files.some(({ state }) => state === 'kept') ? ' (what they said before holds)' : '';
  const wrong = problems.slice(0, 5).map(describeProblem);
  if (folderProblem !== undefined) return `${folderProblem}; what was read before holds`;
  if (wrong.length === 0) return files.length === 0 ? 'the policy that is shipped' : `${count} in force`;
  return `${count}, with problems${kept}: ${wrong.join('; ')}`;
}

export function describeProblem({ field, file, message }: PolicyProblem): string {
  return `${file}${field === '' ? '' : `, ${field}`}: ${message}`;
}
