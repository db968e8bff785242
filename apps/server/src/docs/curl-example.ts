import type { Route } from '@navette/contracts';
import { encodeJsonSchema, type JsonSchema } from './json-schema.ts';
import { isOpen } from './open-api.ts';

/** How to call a route from a shell. */
export function encodeCurl(route: Route, publicUrl: string): string {
  const path = route.path.replace(/:(\w+)/g, (_whole, name: string) => exampleOfParam(route, name));
  const lines = [`curl ${route.method === 'GET' ? '' : `-X ${route.method} `}${publicUrl}${path}`];
  const token = route.access === 'metrics' ? '$NAVETTE_METRICS_TOKEN' : '$NAVETTE_API_KEY';
  if (!isOpen(route)) lines.push(`-H "Authorization: Bearer ${token}"`);
  if (route.bodyKind === 'multipart') lines.push('-F file=@report.csv');
  if (route.body) {
    lines.push('-H "Content-Type: application/json"');
    lines.push(`-d '${JSON.stringify(exampleOf(encodeJsonSchema(route.body, 'input')))}'`);
  }
  if (route.responseKind === 'events') lines.push('-N');
  if (route.responseKind === 'binary') lines.push('-OJ');
  return lines.join(' \\\n  ');
}

function exampleOfParam(route: Route, name: string): string {
  const { properties = {} } = encodeJsonSchema(route.params!, 'input');
  const { example } = (properties as Record<string, JsonSchema>)[name] ?? {};
  return typeof example === 'string' ? example : `<${name}>`;
}

/** The smallest value that shows what a schema asks for: required fields only. */
function exampleOf(schema: JsonSchema): unknown {
  if (schema['example'] !== undefined) return schema['example'];
  if (schema['default'] !== undefined) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema['const'] !== undefined) return schema['const'];
  switch (schema['type']) {
    case 'object': {
      const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
      const required = (schema['required'] ?? []) as string[];
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {})]));
    }
    case 'array':
      return Number(schema['minItems'] ?? 0) > 0 ? [exampleOf((schema['items'] ?? {}) as JsonSchema)] : [];
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 0;
    case 'boolean':
      return true;
    case 'string':
      return schema['format'] === 'email' ? 'ada@example.com' : '…';
    default:
      return {};
  }
}
