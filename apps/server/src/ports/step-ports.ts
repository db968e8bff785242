/** What steps may touch outside of the engine, bound to the step that does. */
import type { ArtifactPort, HttpPort, HttpRequest, HttpResponse } from '@navette/contracts';
import type { StepPorts } from '@navette/engine';
import type { GuardedHttpClient, GuardedResponse, RequestBody } from '@navette/http';
import { decodeId, encodeId } from '@navette/kit';
import { type ArtifactRepository, retryWhileAway, storeErrors } from '@navette/store';
import { toFileName, toMediaType } from '../api/download-headers.ts';

type Step = Parameters<StepPorts['http']>[0];

export function createStepPorts(options: {
  /** The client for the requests of a step. */
  http(step: Step): GuardedHttpClient;
  artifacts: ArtifactRepository;
}): StepPorts {
  return {
    http: (step) => createHttpPort(options.http(step), step),
    artifacts: (step: Step) => createArtifactPort(options.artifacts, step),
  };
}

function createHttpPort(client: GuardedHttpClient, { executionId, path, signal }: Step): HttpPort {
  const logFields = { executionId, path };
  return {
    async request({ body, ...request }: HttpRequest) {
      return toHttpResponse(
        await client.request({ ...request, body: toRequestBody(body), signal, logFields }),
      );
    },
  };
}

function toRequestBody(body: HttpRequest['body']): RequestBody | undefined {
  if (!Array.isArray(body)) return body;
  return body.map((part) =>
    'value' in part
      ? part
      : { name: part.name, filename: part.fileName, contentType: part.mediaType, data: part.data },
  );
}

function toHttpResponse({ status, statusText, headers, body, url }: GuardedResponse): HttpResponse {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers))
    flat[name] = typeof value === 'string' ? value : value.join('\n');
  return { status, statusText, headers: flat, body, url };
}

/** Reads files of a project. */
export function createArtifactReader(artifacts: ArtifactRepository, projectId: string): ArtifactPort['read'] {
  return async ({ artifactId }) => {
    const id = decodeId('artifact', artifactId);
    if (id === undefined) throw storeErrors.create('ARTIFACT_NOT_FOUND');
    return artifacts.readContent(projectId, id);
  };
}

/** A database that is away for a moment is no fault of the step: it waits, up to its time limit. */
function createArtifactPort(
  artifacts: ArtifactRepository,
  { projectId, executionId, path, signal }: Step,
): ArtifactPort {
  const read = createArtifactReader(artifacts, projectId);
  return {
    read: (ref) => retryWhileAway(() => read(ref), signal),
    async write(file) {
      const artifact = {
        projectId,
        data: file.data,
        fileName: toFileName(file.fileName),
        mediaType: toMediaType(file.mediaType),
        executionId,
        stepPath: path,
      };
      // Of a write whose answer was lost, the row is found.
      const row = await retryWhileAway(() => artifacts.write(artifact), signal);
      const { fileName, mediaType, sizeBytes, sha256 } = row;
      return { artifactId: encodeId('artifact', row.id), fileName, mediaType, sizeBytes, sha256 };
    },
  };
}
