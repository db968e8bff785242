/**
 * Objects of a bucket, `<prefix><key>`. The storage checks the SHA-256 that each upload is signed with, so that what it
 * keeps is what was sent. An object is there whole or not at all: uploads are single requests (up to 5 GB).
 */
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type Clock, type Logger, silentLogger, systemClock } from '@navette/kit';
import type { ArtifactStorage, SpooledContent } from './artifact-storage.ts';
import { S3Client, type S3Options } from './s3-client.ts';

export class S3Storage implements ArtifactStorage {
  readonly location = 's3';
  readonly #client: S3Client;

  constructor(options: S3Options, ports: { clock?: Clock; logger?: Logger } = {}) {
    const { clock = systemClock, logger = silentLogger } = ports;
    this.#client = new S3Client(options, { clock, logger });
  }

  async put(key: string, { source, storedSha256 }: SpooledContent): Promise<void> {
    const response = await this.#client.send({ method: 'PUT', key, body: { source, sha256: storedSha256 } });
    await response.body?.cancel();
  }

  async open(key: string): Promise<Readable | undefined> {
    const response = await this.#client.send({ method: 'GET', key });
    if (response.status !== 404 && response.body)
      return Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await response.body?.cancel();
    return undefined;
  }

  async readSizeBytes(key: string): Promise<number | undefined> {
    const response = await this.#client.send({ method: 'HEAD', key });
    return response.ok ? Number(response.headers.get('content-length')) : undefined;
  }

  async delete(key: string): Promise<void> {
    const response = await this.#client.send({ method: 'DELETE', key });
    await response.body?.cancel();
  }

  async assertUsable(): Promise<void> {
    const query = { 'list-type': '2', 'max-keys': '1' };
    const response = await this.#client.send({ method: 'GET', key: '', query });
    await response.body?.cancel();
  }
}
