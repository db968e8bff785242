import type { AnyNodeDefinition, CredentialType } from '@navette/contracts';

/** The node and credential types that this process can run, by type and version. */
export class NodeRegistry {
  readonly #nodes = new Map<string, AnyNodeDefinition>();
  readonly #newest = new Map<string, AnyNodeDefinition>();
  readonly #credentialTypes = new Map<string, CredentialType>();

  constructor(nodes: readonly AnyNodeDefinition[], credentialTypes: readonly CredentialType[] = []) {
    for (const node of nodes) {
      const key = `${node.type}@${node.version}`;
      if (this.#nodes.has(key)) throw new Error(`Node type ${key} is defined twice`);
      this.#nodes.set(key, node);
      const newest = this.#newest.get(node.type);
      if (!newest || newest.version < node.version) this.#newest.set(node.type, node);
    }
    for (const type of credentialTypes) this.#credentialTypes.set(type.type, type);
  }

  find(type: string, version: number): AnyNodeDefinition | undefined {
    return this.#nodes.get(`${type}@${version}`);
  }

  newest(type: string): AnyNodeDefinition | undefined {
    return this.#newest.get(type);
  }

  list(): AnyNodeDefinition[] {
    return [...this.#newest.values()];
  }

  findCredentialType(type: string): CredentialType | undefined {
    return this.#credentialTypes.get(type);
  }

  listCredentialTypes(): CredentialType[] {
    return [...this.#credentialTypes.values()];
  }
}
