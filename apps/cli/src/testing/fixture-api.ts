import type { ServerResponse } from 'node:http';
import { type FixtureRequest, type FixtureServer, startFixtureServer } from '@navette/testing';

export type Answer = (request: FixtureRequest, response: ServerResponse) => unknown;

/** A server that answers by "METHOD /path". What has no answer is a problem document with status 404. */
export function startFixtureApi(answers: Record<string, Answer>): Promise<FixtureServer> {
  const table = new Map(Object.entries(answers));
  return startFixtureServer((request, response) => {
    const answer = table.get(`${request.method} ${request.path}`);
    return answer ? answer(request, response) : sendProblem(response, { status: 404, code: 'NOT_FOUND' });
  });
}

export function sendProblem(
  response: ServerResponse,
  problem: {
    status: number;
    code: string;
    detail?: string;
    help?: string;
    issues?: { path: string; message: string }[];
  },
  headers: Record<string, string> = {},
): ServerResponse {
  const { detail = `${problem.code} happened`, ...rest } = problem;
  response.writeHead(problem.status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: 'about:blank', title: 'Problem', detail, ...rest }));
  return response;
}

export const workflowId = `wfl_${'1'.repeat(32)}`;
export const executionId = `exe_${'2'.repeat(32)}`;
const versionId = `ver_${'3'.repeat(32)}`;
const time = '2026-11-21T07:38:29.000Z';

export function createSummary(more: Record<string, unknown> = {}) {
  return {
    id: workflowId,
    name: 'Report',
    description: '',
    published: false,
    publishedVersionId: null,
    draftVersionId: versionId,
    nodeCount: 1,
    triggers: ['manual-trigger'],
    createdAt: time,
    updatedAt: time,
    ...more,
  };
}

export function createStep(path: string, nodeName: string, more: Record<string, unknown> = {}) {
  return {
    path,
    nodeId: path,
    nodeName,
    nodeType: 'no-op',
    status: 'pending',
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    wakeAt: null,
    error: null,
    outputCounts: {},
    reused: false,
    childExecutionId: null,
    logs: [],
    ...more,
  };
}

export function createDetail(more: Record<string, unknown> = {}) {
  return {
    id: executionId,
    workflowId,
    workflowName: 'Report',
    versionId,
    status: 'running',
    reason: null,
    mode: 'api',
    triggerNodeId: 'start',
    createdAt: time,
    startedAt: time,
    finishedAt: null,
    wakeAt: null,
    error: null,
    retryOf: null,
    parentId: null,
    recoveries: 0,
    steps: [createStep('start', 'Start'), createStep('read', 'Read the table')],
    lastEventId: '1.1',
    ...more,
  };
}

/** One message of the live stream. */
export function formatEvent(id: string, record: Record<string, unknown>): string {
  return `id: ${id}\ndata: ${JSON.stringify({ id, record: { at: 1_000, ...record } })}\n\n`;
}

/** Writes the messages and leaves the stream open. */
export function openStream(response: ServerResponse, ...messages: string[]): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`: hello\n\n${messages.join('')}`);
  return response;
}
