import { createHash } from 'node:crypto';
import type { ArtifactPort, BinaryRef } from '@navette/contracts';
import { defineErrors, deriveUuid, encodeId } from '@navette/kit';

const errors = defineErrors({
  ARTIFACT_NOT_FOUND: {
    kind: 'user',
    status: 404,
    retry: 'never',
    message: 'The file "{fileName}" is no longer there',
    help: 'Run the step that makes it again.',
  },
});

/** Files of one node run, in memory, by content hash as the real store has them. */
export class MemoryArtifacts implements ArtifactPort {
  readonly #bytes = new Map<string, Uint8Array>();

  async read(ref: BinaryRef): Promise<Uint8Array> {
    const bytes = this.#bytes.get(ref.sha256);
    if (!bytes) throw errors.create('ARTIFACT_NOT_FOUND', { params: { fileName: ref.fileName } });
    return bytes;
  }

  async write(file: { data: Uint8Array | string; fileName: string; mediaType: string }): Promise<BinaryRef> {
    return this.add(file);
  }

  /** The same as `write`, for tests that prepare input files. */
  add({
    data,
    fileName,
    mediaType,
  }: {
    data: Uint8Array | string;
    fileName: string;
    mediaType: string;
  }): BinaryRef {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#bytes.set(sha256, bytes);
    return {
      artifactId: encodeId('artifact', deriveUuid('artifact', sha256)),
      fileName,
      mediaType,
      sizeBytes: bytes.byteLength,
      sha256,
    };
  }

  /** The text of a file, for assertions. */
  async readText(ref: BinaryRef): Promise<string> {
    return new TextDecoder().decode(await this.read(ref));
  }
}
