/** The readable documentation of the API: one page, rendered from the route values. */
import { type Route, routeList } from '@navette/contracts';
import type { ErrorSpec } from '@navette/kit';
import { encodeCurl } from './curl-example.ts';
import { docsStyle } from './docs-style.ts';
import { encodeJsonSchema, type JsonSchema } from './json-schema.ts';
import { listTags, type OpenApiOptions } from './open-api.ts';

export interface DocsOptions extends OpenApiOptions {
  /** Every code that an answer can carry. */
  errorCodes: Readonly<Record<string, ErrorSpec>>;
}

export function renderDocs(options: DocsOptions): string {
  const groups = listTags().map((tag) => ({ tag, routes: routeList.filter((route) => route.tag === tag) }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Navette API</title>
<style>${docsStyle}</style>
</head>
<body>
<div class="layout">
<nav aria-label="Operations">
<h2>Start</h2><ul><li><a href="#start">How it works</a></li><li><a href="#errors">Errors</a></li></ul>
${groups.map(({ tag, routes }) => `<h2>${escapeHtml(tag)}</h2><ul>${routes.map(renderLink).join('')}</ul>`).join('\n')}
</nav>
<main>
${renderStart(options)}
${groups.map(({ tag, routes }) => `<section><h2>${escapeHtml(tag)}</h2>${routes.map((route) => renderRoute(route, options)).join('')}</section>`).join('\n')}
${renderErrors(options.errorCodes)}
</main>
</div>
</body>
</html>
`;
}

function renderStart({ version, publicUrl }: DocsOptions): string {
  return `<section id="start">
<h1>Navette API</h1>
<p>Version ${escapeHtml(version)}. The same routes as a machine-readable document: <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
<p>Programs send an API key with each request; keys are made in the app or with <a href="#createApiKey">Create an API key</a>.
Each key belongs to one project and may do what its scopes say.</p>
<pre>curl ${escapeHtml(publicUrl)}/api/v1/workflows \\
  -H "Authorization: Bearer $NAVETTE_API_KEY"</pre>
<p>Lists come in pages: give <code>nextCursor</code> back as <code>cursor</code>; it is null on the last page.
Creates that take an <code>Idempotency-Key</code> header answer a repeat within 24 hours with the first answer.
Fields that an operation does not know are refused. Times are UTC.</p>
</section>`;
}

function renderLink(route: Route): string {
  return `<li><a href="#${route.id}">${escapeHtml(route.summary)}</a></li>`;
}

function renderRoute(route: Route, options: DocsOptions): string {
  const { access } = route;
  const needs =
    access === 'public'
      ? 'Open to anyone'
      : access === 'setup'
        ? 'Open until the owner account exists'
        : access === 'signed-in'
          ? 'A signed-in person or any API key'
          : access === 'owner'
            ? 'the owner of the server'
            : access === 'metrics'
              ? 'The metrics token, or the owner of the server'
              : `Scope <code>${access.scope}</code>`;
  return `<article id="${route.id}">
<h3>${escapeHtml(route.summary)}</h3>
<div class="address"><span class="method ${route.method}">${route.method}</span><code>${escapeHtml(route.path)}</code>
<span class="access">${needs}</span></div>
${route.description ? `<p>${inlineCode(route.description)}</p>` : ''}
${renderFields('Path', route.params)}${renderFields('Query', route.query)}
<pre>${escapeHtml(encodeCurl(route, options.publicUrl))}</pre>
${route.body ? renderSchema('Body', encodeJsonSchema(route.body, 'input')) : ''}
${route.response ? renderSchema(`Answer (${route.status})`, encodeJsonSchema(route.response, 'output')) : `<p class="access">Answer: ${route.status}</p>`}
${route.errors ? `<p class="access">Errors: ${route.errors.map((code) => `<a href="#${code}"><code>${code}</code></a>`).join(', ')}</p>` : ''}
</article>`;
}

function renderFields(title: string, schema: Route['params']): string {
  if (!schema) return '';
  const { properties = {}, required = [] } = encodeJsonSchema(schema, 'input');
  const rows = Object.entries(properties as Record<string, JsonSchema>).map(
    ([name, field]) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(describeType(field))}</td><td>${(required as string[]).includes(name) ? 'required' : 'optional'}</td></tr>`,
  );
  return `<table><thead><tr><th>${title}</th><th>Type</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function describeType(field: JsonSchema): string {
  if (Array.isArray(field['enum'])) return `one of ${field['enum'].join(', ')}`;
  const range = [
    field['minimum'] === undefined ? '' : `at least ${field['minimum']}`,
    field['maximum'] === undefined ? '' : `at most ${field['maximum']}`,
    field['default'] === undefined ? '' : `default ${JSON.stringify(field['default'])}`,
  ].filter(Boolean);
  return [String(field['type'] ?? 'text'), ...range].join(', ');
}

function renderSchema(title: string, schema: JsonSchema): string {
  return `<details><summary>${title}</summary><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`;
}

function renderErrors(codes: DocsOptions['errorCodes']): string {
  const rows = Object.entries(codes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, spec]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${spec.status}</td><td>${escapeHtml(spec.message)}<br><span class="access">${inlineCode(spec.help)}</span></td></tr>`,
    );
  return `<section id="errors"><h2>Errors</h2>
<p>Every error is an <code>application/problem+json</code> document. <code>code</code> is stable, <code>detail</code> says what happened,
<code>help</code> what to do, and <code>issues</code> name the fields by JSON pointer.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
}

function inlineCode(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
