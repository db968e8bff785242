/** What steps may touch outside of the engine, bound to the step that does. */
import type { ArtifactPort, HttpHop, HttpPort, HttpRequest, HttpResponse } from '@navette/contracts';
import type { StepPorts } from '@navette/engine';
import type { GuardedHttpClient, GuardedResponse, RequestBody } from '@navette/http';
import { decodeId, encodeId, type Logger } from '@navette/kit';
import {
  type CodeEngines,
  createCodePort,
  createHopGuard,
  listProgramAsks,
  listWorkflowAsks,
  type PolicySource,
} from '@navette/sandbox';
import { type ArtifactRepository, retryWhileAway, storeErrors } from '@navette/store';
import { toFileName, toMediaType } from '../api/download-headers.ts';
import { type ConnectionCounts, ConnectionLog } from './connection-log.ts';

type Step = Parameters<StepPorts['http']>[0];

export interface CodeService {
  engines: CodeEngines;
  policies: PolicySource;
}

/** Where the connections of code are written down. */
export interface ConnectionWatch {
  logger: Logger;
  counts?: ConnectionCounts | undefined;
}

export function createStepPorts(options: {
  /** The client for the requests of a step. */
  http(step: Step): GuardedHttpClient;
  artifacts: ArtifactRepository;
  /** Without it no step can run code. */
  code?: CodeService;
  /** Without it connections of code are not written down. */
  connections?: ConnectionWatch;
}): StepPorts {
  const { code } = options;
  const openHttp = (step: Step) => createHttpPort(options.http(step), step, options);
  return {
    http: openHttp,
    artifacts: (step: Step) => createArtifactPort(options.artifacts, step),
    ...(code ? { code: (step) => createCodePort({ ...code, http: step.http, step: withAsks(step) }) } : {}),
  };
}

type CodeStep = Parameters<NonNullable<StepPorts['code']>>[0];

/** Code that a program calls is bound by what its program is. */
function withAsks(step: CodeStep) {
  const asks = step.program ? listProgramAsks(step.program) : listWorkflowAsks(step.workflowCode);
  return { ...step, asks };
}

/** For replays: code has no network, whatever its step names. */
export function createReplayCode(service: CodeService): NonNullable<StepPorts['code']> {
  const http: HttpPort = { request: () => Promise.reject(new Error('A replay has no network')) };
  return (step) => createCodePort({ ...service, http, step: withAsks(step) });
}

/**
 * Requests of code, which are those that come with a guard and all of a program's calls, are written down. The calls of a
 * program reach what the policies of their program allow when they are made.
 */
function createHttpPort(
  client: GuardedHttpClient,
  step: Step,
  { code, connections }: { code?: CodeService; connections?: ConnectionWatch },
): HttpPort {
  const { executionId, path, program, signal } = step;
  const logFields = { executionId, path };
  const openGuard = async () => {
    if (!program) return undefined;
    if (!code) throw new Error('There are programs, and no policies for them');
    const policies = await code.policies.read();
    return createHopGuard(
      policies.resolve({ projectId: program.projectId, asks: listProgramAsks(program), isProgram: true }),
    );
  };
  return {
    async request({ body, onHop, ...request }: HttpRequest) {
      const guard = await openGuard();
      const isOfCode = guard !== undefined || onHop !== undefined;
      const log = isOfCode && connections ? new ConnectionLog({ ...connections, step }) : undefined;
      const watchHop = (hop: HttpHop) => {
        log?.begin(hop);
        guard?.(hop);
        onHop?.(hop);
      };
      try {
        const response = await client.request({
          ...request,
          body: toRequestBody(body),
          signal,
          logFields,
          ...(isOfCode ? { onHop: watchHop } : {}),
        });
        log?.succeed(response.status);
        return toHttpResponse(response);
      } catch (error) {
        log?.fail(error);
        throw error;
      }
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
