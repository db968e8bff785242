import type { CreatingRepositories } from '@navette/store';
import type { FastifyRequest } from 'fastify';
import { apiErrors } from '../http/api-error.ts';
import { toChange } from '../http/caller.ts';
import { type FilePart, readMultipart } from '../http/read-multipart.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { toBareId } from './bare-id.ts';
import { createDownloadHeaders, toFileName, toMediaType } from './download-headers.ts';
import { encodeArtifact } from './encode-resource.ts';
import type { ServerServices } from './server-services.ts';

type ArtifactHandlers = Pick<
  RouteHandlers,
  'listArtifacts' | 'getArtifact' | 'downloadArtifact' | 'uploadArtifact'
>;

export function createArtifactHandlers({ repositories, settings }: ServerServices): ArtifactHandlers {
  const { artifacts, contents } = repositories;
  return {
    async listArtifacts({ query, caller }) {
      const page = await artifacts.list(caller.project.id, query);
      return { items: page.items.map(encodeArtifact), nextCursor: page.nextCursor };
    },

    async getArtifact({ params, caller }) {
      return encodeArtifact(await artifacts.read(caller.project.id, toBareId('artifact', params.artifactId)));
    },

    async downloadArtifact({ params, query, caller, request, reply }) {
      const row = await artifacts.read(caller.project.id, toBareId('artifact', params.artifactId));
      const headers = createDownloadHeaders(row, query.inline);
      reply.headers(headers);
      if (request.headers['if-none-match'] === headers['etag']) {
        reply.code(304).send();
        return;
      }
      reply.send(await artifacts.openContent(row));
    },

    async uploadArtifact({ caller, request, answerOnce }) {
      const { id: projectId } = caller.project;
      const { uploadLimitBytes } = settings;
      const { content, ...names } = await readFilePart(request, uploadLimitBytes, async (part) => ({
        fileName: toFileName(part.fileName),
        mediaType: toMediaType(part.mediaType),
        content: await contents.write(part.data, uploadLimitBytes),
      }));
      const upload = async (creating: CreatingRepositories) => {
        const row = await creating.artifacts.add({ projectId, ...names }, content);
        const entry = { action: 'artifact-uploaded', resourceKind: 'artifact', resourceId: row.id };
        await creating.audit.append(toChange(caller), entry);
        return encodeArtifact(row);
      };
      return answerOnce(upload, { ...names, sha256: content.sha256 });
    },
  };
}

/** Stores the one part named "file". Throws REQUEST_INVALID. */
async function readFilePart<T>(
  request: FastifyRequest,
  limitBytes: number,
  store: (part: FilePart) => Promise<T>,
): Promise<T> {
  const { files } = await readMultipart({
    source: request.raw,
    contentType: request.headers['content-type'] ?? '',
    // The form around the file takes a little as well.
    limitBytes: limitBytes + 65_536,
    maxFiles: 1,
    maxFields: 0,
    onFile: async (part) => {
      if (part.name !== 'file')
        throw refuse(`/body/${part.name}`, 'is not a known field; the file is named "file"');
      return store(part);
    },
  });
  if (files[0] === undefined) throw refuse('/body/file', 'is required and missing');
  return files[0][1];
}

function refuse(path: string, message: string) {
  return apiErrors.create('REQUEST_INVALID', { issues: [{ path, message }] });
}
