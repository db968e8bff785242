import { isTerminal } from '@navette/contracts';
import { engineErrors } from '@navette/engine';
import type { FastifyRequest } from 'fastify';
import { apiErrors } from '../http/api-error.ts';
import type { RouteHandlers } from '../http/route-handler.ts';
import { EventConnection } from '../live/event-connection.ts';
import { streamConsole } from '../live/stream-console.ts';
import { parsePosition, streamExecution } from '../live/stream-execution.ts';
import { streamProject } from '../live/stream-project.ts';
import { toBareId } from './bare-id.ts';
import type { ServerServices } from './server-services.ts';

type StreamHandlers = Pick<RouteHandlers, 'streamExecution' | 'streamProject'>;

export function createStreamHandlers(services: ServerServices): StreamHandlers {
  const { consoles, hub, logger, repositories, stopping, telemetry } = services;
  const streaming = { stopping, counts: telemetry.streams };
  const { executions } = repositories;
  return {
    async streamExecution({ params, query, caller, request, reply }) {
      const { id: projectId } = caller.project;
      const executionId = toBareId('execution', params.executionId);
      const row = await executions.read(projectId, executionId);
      if (row === undefined) throw engineErrors.create('EXECUTION_NOT_FOUND');
      const position = parsePosition(readLastEventId(request, query.after));
      if (position === undefined) throw createPositionError();
      if (isTerminal(row.status)) {
        // Nothing is left to send: 204 keeps a browser from coming back for ever.
        const chunks = await executions.listChunks(projectId, executionId, {
          afterSeq: position.seq - 1,
          limit: 2,
        });
        const last = chunks.at(-1);
        const isAtEnd =
          last === undefined || (last.seq === position.seq && position.index >= last.records.length - 1);
        if (isAtEnd) {
          reply.code(204).send();
          return;
        }
      }
      const connection = new EventConnection(request, reply, streaming);
      const options = { connection, hub, executions, projectId, executionId, position };
      const warn = (error: unknown) => logger.warn({ reason: String(error) }, 'A live stream ended early');
      streamExecution(options).catch(warn);
      if (!isTerminal(row.status)) streamConsole({ connection, consoles, executionId }).catch(warn);
    },

    streamProject({ query, caller, request, reply }) {
      const after = readLastEventId(request, query.after);
      const feed = hub.feedOf(caller.project.id);
      const connection = new EventConnection(request, reply, streaming);
      streamProject(connection, feed, after).catch((error) =>
        logger.warn({ reason: String(error) }, 'A live stream ended early'),
      );
    },
  };
}

/** A browser that reconnects sends the header; the query is what the page opened the stream with. */
function readLastEventId(request: FastifyRequest, after: string | undefined): string | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header : after;
}

function createPositionError() {
  return apiErrors.create('REQUEST_INVALID', {
    issues: [{ path: '/query/after', message: 'must be an event id such as "12.3"' }],
  });
}
