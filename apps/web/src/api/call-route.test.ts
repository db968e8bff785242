import { routes } from '@navette/contracts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ApiProblem } from './api-problem.ts';
import { callRoute, formatRouteUrl } from './call-route.ts';

const workflowId = 'wfl_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b';

function answerWith(response: Response | Error) {
  const calls: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push({ url, init });
    if (response instanceof Error) throw response;
    return response;
  });
  return calls;
}

afterEach(() => vi.unstubAllGlobals());

describe('formatRouteUrl', () => {
  test('puts parameters into the path and leaves out what is undefined', () => {
    const url = formatRouteUrl(routes.exportWorkflow, {
      params: { workflowId },
      query: { target: undefined },
    });
    expect(url).toBe(`/api/v1/workflows/${workflowId}/export`);
  });

  test('encodes parameters and query values', () => {
    const executionId = 'exe_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b';
    expect(formatRouteUrl(routes.getStepData, { params: { executionId, path: 'a/b#1 ?' } })).toBe(
      `/api/v1/executions/${executionId}/steps/a%2Fb%231%20%3F/data`,
    );
    expect(formatRouteUrl(routes.listWorkflows, { query: { search: 'a&b=c', published: 'true' } })).toBe(
      '/api/v1/workflows?search=a%26b%3Dc&published=true',
    );
  });

  test('refuses to build an address without its parameter', () => {
    expect(() => formatRouteUrl(routes.getWorkflow, { params: { workflowId: '' } })).toThrow(
      'getWorkflow needs the parameter workflowId',
    );
  });
});

describe('callRoute', () => {
  test('sends the body as JSON with the method of the route and gives the answer', async () => {
    const calls = answerWith(Response.json({ executionId: 'exe_1' }, { status: 202 }));
    const answer = await callRoute(
      routes.runWorkflow,
      { params: { workflowId }, body: { target: 'draft' } },
      { idempotencyKey: 'k1' },
    );
    expect(answer).toEqual({ executionId: 'exe_1' });
    expect(calls[0]!.url).toBe(`/api/v1/workflows/${workflowId}/run`);
    expect(calls[0]!.init).toMatchObject({
      method: 'POST',
      body: '{"target":"draft"}',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
    });
  });

  test('gives undefined for a route without an answer, and sends no body it was not given', async () => {
    const calls = answerWith(new Response(null, { status: 204 }));
    expect(await callRoute(routes.signOut)).toBeUndefined();
    expect(calls[0]!.init).not.toHaveProperty('body');
    expect(calls[0]!.init.headers).toEqual({ accept: 'application/json' });
  });

  test('sends a file as one part of a form', async () => {
    const calls = answerWith(Response.json({ id: 'art_1' }, { status: 201 }));
    await callRoute(routes.uploadArtifact, {}, { file: new File(['abc'], 'a.txt', { type: 'text/plain' }) });
    const form = calls[0]!.init.body as FormData;
    expect([...form.keys()]).toEqual(['file']);
    expect((form.get('file') as File).name).toBe('a.txt');
    expect(calls[0]!.init.headers).not.toHaveProperty('content-type');
  });

  test('throws the problem of the server with its code, help and fields', async () => {
    const problem = {
      type: 'urn:x',
      title: 'Bad Request',
      status: 400,
      code: 'REQUEST_INVALID',
      detail: 'The request does not fit',
      help: 'Mend it.',
      issues: [{ path: '/name', message: 'is required' }],
    };
    answerWith(Response.json(problem, { status: 400, headers: { 'retry-after': '7' } }));
    const error = await callRoute(routes.getSession).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({
      code: 'REQUEST_INVALID',
      status: 400,
      message: 'The request does not fit',
      help: 'Mend it.',
      issues: [{ path: '/name', message: 'is required' }],
      retryAfter: 7,
    });
  });

  test('makes a problem of an answer that is none', async () => {
    answerWith(new Response('<html>bad gateway</html>', { status: 502, statusText: 'Bad Gateway' }));
    const error = await callRoute(routes.getSession).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED', status: 502, issues: [] });
  });

  test('says that no answer came, but lets an abort through', async () => {
    answerWith(new TypeError('Failed to fetch'));
    expect(await callRoute(routes.getSession).catch((thrown: unknown) => thrown)).toMatchObject({
      code: 'NETWORK_UNREACHABLE',
      status: 0,
    });
    const abort = new DOMException('stopped', 'AbortError');
    answerWith(abort);
    expect(await callRoute(routes.getSession).catch((thrown: unknown) => thrown)).toBe(abort);
  });

  test('knows by type what a route needs', () => {
    const check = () => {
      // @ts-expect-error the workflow is missing
      void callRoute(routes.getWorkflow);
      // @ts-expect-error the body is missing
      void callRoute(routes.signIn, {});
      // @ts-expect-error no such status
      void callRoute(routes.runWorkflow, { params: { workflowId }, body: { target: 'other' } });
      void callRoute(routes.getSession);
    };
    expect(check).toBeTypeOf('function');
  });
});
