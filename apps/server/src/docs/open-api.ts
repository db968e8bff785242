/** OpenAPI 3.1 of the API, made from the route values alone. */
import { problemSchema, type Route, routeList } from '@navette/contracts';
import { apiErrors } from '../http/api-error.ts';
import { encodeJsonSchema, type JsonSchema } from './json-schema.ts';

export interface OpenApiOptions {
  version: string;
  publicUrl: string;
}

export function createOpenApi({ version, publicUrl }: OpenApiOptions): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const route of routeList) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = createOperation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Navette',
      version,
      description:
        'Workflows, executions and everything around them. Errors are problem documents (RFC 9457) with a stable `code`. Lists are paged: give `nextCursor` back as `cursor`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: listTags().map((name) => ({ name })),
    paths: paths as JsonSchema,
    components: {
      schemas: { Problem: encodeJsonSchema(problemSchema, 'output') },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `nvt_…`' },
        metricsToken: { type: 'http', scheme: 'bearer', description: 'NAVETTE_METRICS_TOKEN' },
        session: { type: 'apiKey', in: 'cookie', name: 'navette.session_token' },
      },
    },
  };
}

/** In the order of the contract. */
export function listTags(): string[] {
  return [...new Set(routeList.map((route) => route.tag))];
}

export function isOpen(route: Route): boolean {
  return route.access === 'public' || route.access === 'setup';
}

function createOperation(route: Route): JsonSchema {
  const operation: JsonSchema = {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    parameters: listParameters(route),
    responses: createResponses(route),
  };
  const description = describe(route);
  if (description) operation['description'] = description;
  if (route.body || route.bodyKind === 'multipart') operation['requestBody'] = createBody(route);
  operation['security'] = listSecurity(route);
  return operation;
}

function listSecurity(route: Route): JsonSchema[] {
  if (isOpen(route)) return [];
  return [route.access === 'metrics' ? { metricsToken: [] } : { apiKey: [] }, { session: [] }];
}

function describe(route: Route): string {
  const { access } = route;
  const scope =
    typeof access === 'object'
      ? `Needs the scope \`${access.scope}\`.`
      : access === 'owner'
        ? 'Only for the owner of the server.'
        : '';
  return [route.description ?? '', scope].filter(Boolean).join(' ');
}

function listParameters(route: Route): JsonSchema[] {
  const parameters = [
    ...listFields(route.params).map((field) => ({ in: 'path', ...field, required: true })),
    ...listFields(route.query).map((field) => ({ in: 'query', ...field })),
  ];
  const text = { type: 'string' };
  if (route.idempotent) {
    const description = 'A repeat with the same key within 24 hours gets the first answer.';
    parameters.push({
      in: 'header',
      name: 'Idempotency-Key',
      required: false,
      schema: text,
      description,
    } as never);
  }
  if (!isOpen(route) && route.access !== 'metrics') {
    const description = 'The project to act on; your first one when left out.';
    parameters.push({
      in: 'header',
      name: 'Navette-Project',
      required: false,
      schema: text,
      description,
    } as never);
  }
  return parameters as JsonSchema[];
}

function listFields(schema: Route['params']): { name: string; required: boolean; schema: JsonSchema }[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = encodeJsonSchema(schema, 'input');
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, property]) => ({
    name,
    required: (required as string[]).includes(name),
    schema: property,
  }));
}

function createBody(route: Route): JsonSchema {
  if (route.bodyKind === 'multipart') {
    const file = { type: 'string', contentMediaType: 'application/octet-stream' };
    const schema = { type: 'object', properties: { file }, required: ['file'] };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  const schema = encodeJsonSchema(route.body!, 'input');
  return {
    required: route.body!.safeParse(undefined).success === false,
    content: { 'application/json': { schema } },
  };
}

function createResponses(route: Route): JsonSchema {
  const responses: Record<string, JsonSchema> = { [route.status]: createSuccess(route) };
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const refusals = isOpen(route) ? [400] : [400, 401, 403, 404];
  for (const status of refusals) responses[status] = { description: titles[status]!, content: problem };
  const codes = route.errors?.map((code) => `\`${code}\``).join(', ');
  responses['default'] = {
    description: codes ? `A problem, such as ${codes}` : 'A problem',
    content: problem,
  };
  return responses as JsonSchema;
}

const titles: Readonly<Record<number, string>> = {
  400: `\`REQUEST_INVALID\`: ${apiErrors.specs.REQUEST_INVALID.message}`,
  401: `\`AUTH_REQUIRED\`: ${apiErrors.specs.AUTH_REQUIRED.message}`,
  403: '`AUTH_FORBIDDEN`: the scope is missing',
  404: 'It does not exist, or belongs to another project',
};

function createSuccess(route: Route): JsonSchema {
  switch (route.responseKind) {
    case 'json':
      return {
        description: 'Done',
        content: { 'application/json': { schema: encodeJsonSchema(route.response!, 'output') } },
      };
    case 'empty':
      return { description: 'Done' };
    case 'text':
      return { description: 'Text', content: { 'text/plain': { schema: { type: 'string' } } } };
    case 'events':
      return {
        description: 'Server-sent events',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      };
    case 'binary':
      return { description: 'The bytes', content: { '*/*': { schema: {} } } };
  }
}
