import type { NewExecution, VersionSource } from '@navette/engine';

const mostVersions = 500;

/** The node types of versions, by node id; kept, since a version never changes. */
export class NodeTypeNames {
  readonly #versions: Pick<VersionSource, 'read'>;
  readonly #onError: (error: unknown) => void;
  readonly #known = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(versions: Pick<VersionSource, 'read'>, onError: (error: unknown) => void) {
    this.#versions = versions;
    this.#onError = onError;
  }

  /** Never rejects: nodes of a version that is gone or cannot be read have no type. Answers come in the order asked. */
  read({ projectId, versionId }: Pick<NewExecution, 'projectId' | 'versionId'>) {
    let names = this.#known.get(versionId);
    if (!names) {
      names = this.#load(projectId, versionId);
      this.#known.set(versionId, names);
      if (this.#known.size > mostVersions) this.#known.delete(this.#known.keys().next().value!);
    }
    return names;
  }

  async #load(projectId: string, versionId: string): Promise<ReadonlyMap<string, string>> {
    try {
      const version = await this.#versions.read(projectId, versionId);
      return new Map(version?.definition.nodes.map((node) => [node.id, node.type]));
    } catch (error) {
      this.#onError(error);
      // Asked again next time.
      this.#known.delete(versionId);
      return new Map();
    }
  }
}
