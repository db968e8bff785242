/**
 * The versions of workflows that this worker cannot run, since another version of the product wrote them: it gives their
 * executions back once and leaves them to other workers from then on. In memory only: a worker that is started anew may
 * have learnt more.
 */
import { definitionSchemaVersion, type JournalChunk } from '@navette/contracts';
import type { NodeTypes, VersionRecord } from './ports.ts';

/** More than that at once, and the oldest may be tried again. */
const maxRefused = 1_000;

export class RefusedVersions {
  readonly #nodeTypes: NodeTypes;
  readonly #ids = new Set<string>();

  constructor(nodeTypes: NodeTypes) {
    this.#nodeTypes = nodeTypes;
  }

  /**
   * What the definition, or a call that a program of it has made, needs and this worker lacks, in words. From then on the
   * version is refused.
   */
  refuse(version: VersionRecord, chunks: readonly JournalChunk[] = []): string | undefined {
    const missing = [...this.#listMissing(version), ...this.#listMissingCalls(chunks)];
    if (missing.length === 0) return undefined;
    this.#ids.add(version.versionId);
    if (this.#ids.size > maxRefused) this.#ids.delete(this.#ids.values().next().value!);
    return missing.join(', ');
  }

  /** The part of a claim that leaves them to others; empty as long as there are none. */
  toClaim(): { exceptVersionIds?: string[] } {
    return this.#ids.size === 0 ? {} : { exceptVersionIds: [...this.#ids] };
  }

  #listMissingCalls(chunks: readonly JournalChunk[]): string[] {
    const types = new Set<string>();
    for (const { records } of chunks)
      for (const record of records) if (record.type === 'call-made') types.add(record.call.nodeType);
    return [...types]
      .filter((type) => !this.#nodeTypes.find(type, 1))
      .map((type) => `the node type "${type}" version 1`);
  }

  #listMissing({ definition }: VersionRecord): string[] {
    // As it was stored: a newer product may have written another form.
    const schemaVersion: number = definition.schemaVersion;
    if (schemaVersion > definitionSchemaVersion) return [`the definition format ${schemaVersion}`];
    const missing = definition.nodes
      .filter((node) => !this.#nodeTypes.find(node.type, node.typeVersion))
      .map((node) => `the node type "${node.type}" version ${node.typeVersion}`);
    return [...new Set(missing)];
  }
}
