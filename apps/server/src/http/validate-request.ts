import type { Route } from '@navette/contracts';
import type { FieldIssue } from '@navette/kit';
import type { FastifyRequest } from 'fastify';
import { apiErrors } from './api-error.ts';
import { toRequestIssues } from './request-issues.ts';

export interface ValidInput {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** The input of a request, parsed by the schemas of its route. Throws REQUEST_INVALID naming every field at fault. */
export function validateRequest(route: Route, request: FastifyRequest): ValidInput {
  const issues: FieldIssue[] = [];
  const input = {
    params: parsePart(route.params, request.params, '/params', issues),
    query: parsePart(route.query, request.query, '/query', issues),
    body: route.bodyKind === 'multipart' ? undefined : parseBody(route, request.body, issues),
  };
  if (issues.length > 0) throw apiErrors.create('REQUEST_INVALID', { issues });
  return input;
}

function parseBody(route: Route, body: unknown, issues: FieldIssue[]): unknown {
  if (route.body === undefined) {
    if (body !== undefined && !isEmpty(body))
      issues.push({ path: '/body', message: 'this operation takes no body' });
    return undefined;
  }
  const parsed = route.body.safeParse(body);
  if (parsed.success) return parsed.data;
  issues.push(...toRequestIssues(parsed.error, '/body'));
  return undefined;
}

function parsePart(
  schema: Route['params'],
  value: unknown,
  prefix: '/params' | '/query',
  issues: FieldIssue[],
): unknown {
  const given = (value ?? {}) as Record<string, unknown>;
  for (const [key, text] of Object.entries(given)) {
    if (key.includes('\0') || String(text).includes('\0')) {
      issues.push({
        path: `${prefix}/${key.replaceAll('\0', '')}`,
        message: 'must not contain the character U+0000',
      });
      return undefined;
    }
  }
  if (schema === undefined) {
    for (const key of Object.keys(given))
      issues.push({ path: `${prefix}/${key}`, message: 'is not a known field' });
    return undefined;
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  issues.push(...toRequestIssues(parsed.error, prefix));
  return undefined;
}

function isEmpty(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 0;
}
