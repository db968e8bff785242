import { STATUS_CODES } from 'node:http';
import type { Problem } from '@navette/contracts';
import { type FieldIssue, type NavetteError, NavetteError as NavetteErrorClass } from '@navette/kit';
import { isConnectionError, isDiskFullError } from '@navette/store';
import { apiErrors } from './api-error.ts';

export const problemMediaType = 'application/problem+json; charset=utf-8';

/** A refusal as it leaves the server (RFC 9457), with the headers that belong to it. */
export interface ProblemAnswer {
  problem: Problem;
  headers: Record<string, string>;
}

/** `requestId` lets people find the log lines of a request. */
export function encodeProblem(error: NavetteError, requestId?: string): ProblemAnswer {
  const status = error.status >= 400 && error.status <= 599 ? error.status : 500;
  const problem: Problem = {
    type: `urn:navette:problem:${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    detail: error.message,
  };
  if (error.help) problem.help = error.help;
  if (requestId) problem.instance = `urn:navette:request:${requestId}`;
  if (error.issues) problem.issues = error.issues.map(encodeIssue);
  const headers: Record<string, string> = {};
  if (typeof error.retry === 'object')
    headers['retry-after'] = String(Math.ceil(error.retry.afterMs / 1_000));
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="navette"';
  return { problem, headers };
}

function encodeIssue({ path, message, nodeId, line, column }: FieldIssue): FieldIssue {
  return {
    path,
    message,
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

export function createTooLargeError(limitBytes: number): NavetteError {
  const issues = [{ path: '/body', message: `must have at most ${limitBytes} bytes` }];
  return apiErrors.create('REQUEST_TOO_LARGE', { params: { limitBytes }, issues });
}

interface FrameworkError {
  code?: unknown;
  statusCode?: unknown;
}

/**
 * The error that a client sees for whatever was thrown while a request was handled; undefined for what nobody
 * expected, which is a defect and answered without details.
 */
export function toRequestError(thrown: unknown, limitBytes: number): NavetteError | undefined {
  if (NavetteErrorClass.is(thrown)) return thrown.kind === 'bug' ? undefined : thrown;
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  // Nothing is wrong with the request, nor with us.
  if (isConnectionError(thrown)) return apiErrors.create('SERVER_DATABASE', { cause: thrown });
  if (isDiskFullError(thrown)) return apiErrors.create('SERVER_DISK_FULL', { cause: thrown });
  const { code, statusCode } = thrown as FrameworkError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE')
    return createTooLargeError(limitBytes);
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined;
  return apiErrors.create('REQUEST_MALFORMED', {
    params: { reason: (thrown as Error).message },
    cause: thrown,
  });
}
